/** Search hits in a text: the server puts U+0001 and U+0002 around them. Pure. */

export interface Piece {
	text: string;
	hit: boolean;
}

/** The text in pieces, hits told apart; stray marks vanish and no character of the text is lost. */
export function splitFound(text: string): Piece[] {
	const pieces: Piece[] = [];
	let hit = false;
	for (const part of text.split(/([\u0001\u0002])/)) {
		if (part === '\u0001') hit = true;
		else if (part === '\u0002') hit = false;
		else if (part !== '') {
			const last = pieces.at(-1);
			if (last && last.hit === hit) last.text += part;
			else pieces.push({ text: part, hit });
		}
	}
	return pieces;
}
