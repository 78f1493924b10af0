import { it, expect } from 'vitest';
import { Bench, c, s, handshake } from '../../support/segments.js';

it('synack only: closed for both', () => {
	const b = new Bench();
	console.log(b.push(s(5000,'',{flags:'S.'})), b.end());
});
it('one sided fin eof last', () => {
	const b = new Bench();
	console.log(b.push(c(1000,'',{flags:'S'}), c(1001,'ABC',{flags:'F.'})), b.end());
});
it('cut beyond fin', () => {
	const b = new Bench();
	console.log(b.push(...handshake, c(1010,'',{flags:'F.'}), c(1001,'ABCDEFGHIJKLMNO',{cut:11})));
	console.log(b.counters);
});
it('restart after delivery', () => {
	const b = new Bench();
	console.log(b.push(c(1000,'',{flags:'S'}), c(1002,'',{flags:'S'}), c(1001,'ABCDEFGHIJ'), s(5000,'',{flags:'S.',ack:1011}), c(1011,'KLM')), b.end());
});
it('late syn repeated', () => {
	const b = new Bench({midstream:'pickup'});
	console.log(b.push(c(1004,'DEF'), c(1000,'',{flags:'S'}), c(1000,'',{flags:'S'}), c(1007,'GHI')), b.end());
});
it('syn after accepted rst', () => {
	const b = new Bench({});
	console.log(b.push(...handshake, c(1001,'',{flags:'R'}), c(2000,'GET',{flags:'S'}), s(9000,'',{flags:'S.',ack:2004})), b.end());
});
it('undecided then data one-sided', () => {
	const b = new Bench({});
	console.log(b.push(c(1000,'',{flags:'S'}), c(2000,'',{flags:'S'}), c(2001,'ABC',{flags:'P'})), b.end());
});
it('unstarted span', () => {
	const b = new Bench({});
	const out = [];
	for (let i = 0; i < 300; i++) out.push(...b.push(c((0 - i * (16<<20)) >>> 0,'A')));
	console.log(out, b.end().slice(0,5), b.counters);
});
