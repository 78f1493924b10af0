import 'rx-reassembly/nothing';
