import type { Command, Option } from 'commander';

export type Shell = 'bash' | 'zsh' | 'fish';

/** A script that makes a shell complete the commands below `root`, their flags, and what flags can be set to; else files. */
export function completion(root: Command, shell: Shell): string {
	if (shell === 'fish') return fish(root);
	// zsh reads what is written for bash.
	return shell === 'bash' ? bash(root) : `autoload -U +X bashcompinit && bashcompinit\n${bash(root)}`;
}

/** Each command by its whole name: `http`, `nats status`. */
function commandsOf(root: Command, before = ''): { readonly name: string; readonly command: Command }[] {
	return root.commands.flatMap(command => {
		const name = `${before}${command.name()}`;
		return [{ name, command }, ...commandsOf(command, `${name} `)];
	});
}

const flagsOf = (command: Command): string[] => [
	...command.options.flatMap(({ short, long }) => [short, long]).filter(flag => flag !== undefined && flag !== null),
	'--help',
];

const withChoices = (command: Command): Option[] => command.options.filter(({ argChoices }) => argChoices !== undefined);

function bash(root: Command): string {
	const commands = commandsOf(root);
	const words = commands.map(({ name, command }) => {
		const named = [
			...command.commands.map(each => each.name()),
			...command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices),
		];
		return `\t\t'${name}') words='${[...named, ...flagsOf(command)].join(' ')}' files=${named.length === 0 ? 'yes' : ''} ;;`;
	});
	const choices = commands.flatMap(({ name, command }) =>
		withChoices(command).map(({ long, argChoices }) => `\t\t'${name} ${long}') words='${argChoices?.join(' ')}' files= ;;`),
	);
	return `_rx_reassembly() {
	local current=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} command= word words= files=
	for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
		case $word in -*) break ;; esac
		case "\${command:+$command }$word" in
			${commands.map(({ name }) => `'${name}'`).join('|')}) command=\${command:+$command }$word ;;
			*) break ;;
		esac
	done
	case $command in
		'') words='${root.commands.map(command => command.name()).join(' ')} --help --version' ;;
${words.join('\n')}
	esac
	case "$command $before" in
${choices.join('\n')}
	esac
	COMPREPLY=($(compgen -W "$words" -- "$current"))
	case "$files$current" in yes-*) ;; yes*) COMPREPLY+=($(compgen -f -- "$current")) ;; esac
}
complete -o filenames -F _rx_reassembly rx-reassembly
`;
}

function fish(root: Command): string {
	const lines = commandsOf(root).flatMap(({ name, command }) => {
		const [first = '', second] = name.split(' ');
		const place = second === undefined ? '__fish_use_subcommand' : `__fish_seen_subcommand_from ${first}`;
		const inside = `__fish_seen_subcommand_from ${second ?? first}`;
		return [
			`complete -c rx-reassembly -n ${quoted(place)} -a ${quoted(second ?? first)} -d ${quoted(command.description())}`,
			...command.options.map(option => `complete -c rx-reassembly -n ${quoted(inside)} ${fishFlag(option)}`),
		];
	});
	return `${lines.join('\n')}\n`;
}

function fishFlag({ short, long, description, argChoices, required, optional }: Option): string {
	return [
		...(short ? [`-s ${short.slice(1)}`] : []),
		...(long ? [`-l ${long.slice(2)}`] : []),
		...(required || optional ? ['-r'] : []),
		...(argChoices === undefined ? [] : [`-f -a ${quoted(argChoices.join(' '))}`]),
		`-d ${quoted(description)}`,
	].join(' ');
}

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
