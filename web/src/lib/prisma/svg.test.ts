import { describe, expect, it, vi } from 'vitest';
import { figureFrom, linkBoxes } from './svg';

const SVG = 'xmlns="http://www.w3.org/2000/svg"';
const figure = (inside: string, attributes = '') =>
	figureFrom(`<svg ${SVG} ${attributes} viewBox="0 0 9 9">${inside}</svg>`, document);

describe('figureFrom', () => {
	it('keeps the figure', () => {
		const svg = figure(
			'<g class="box" data-box="screened"><rect x="1" fill="#fff"/><text>A &amp; B (n = 5)</text></g>',
		);
		expect(svg?.querySelector('.box rect')?.getAttribute('fill')).toBe('#fff');
		expect(svg?.textContent).toBe('A & B (n = 5)');
		expect(svg?.ownerDocument).toBe(document);
	});

	it('drops everything that could act', () => {
		const svg = figure(
			'<script>alert(1)</script><style>*{}</style><foreignObject><p xmlns="http://www.w3.org/1999/xhtml">x</p></foreignObject>' +
				'<image href="http://evil/"/><use href="#a"/><a href="javascript:1"><text>y</text></a><animate/>' +
				'<rect onclick="x()" style="fill:red" fill="url(http://evil/)"/><rect fill="url(#ok)"/>',
			'onload="x()"',
		);
		expect(svg?.outerHTML).not.toMatch(/script|style|foreignObject|evil|onclick|onload|javascript|animate|<use|<a /);
		expect(svg?.querySelectorAll('rect').length).toBe(2);
		expect(svg?.querySelectorAll('rect')[1]?.getAttribute('fill')).toBe('url(#ok)');
	});

	it('refuses what is no SVG', () => {
		expect(figureFrom('<html><body/></html>', document)).toBeNull();
		expect(figureFrom('<svg xmlns="http://www.w3.org/2000/svg"><g></svg>', document)).toBeNull();
		expect(figureFrom('{}', document)).toBeNull();
	});
});

describe('linkBoxes', () => {
	it('opens by click and by key, and names what it opens', () => {
		const svg = figure(
			'<g data-box="screened"><text>1</text></g><g data-box="other"><text>Other</text> (n = 2)</g><g data-box="empty"/>',
		);
		if (!svg) throw new Error('no figure');
		const open = vi.fn();
		const stop = linkBoxes(svg, (key) => (key === 'screened' ? 'Screened: 5' : null), open);
		const box = svg.querySelector('[data-box=screened]');
		expect(box?.getAttribute('aria-label')).toBe('Screened: 5');
		box?.querySelector('text')?.dispatchEvent(new MouseEvent('click', { bubbles: true }));
		box?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter' }));
		box?.dispatchEvent(new KeyboardEvent('keydown', { key: 'a' }));
		expect(open.mock.calls).toEqual([['screened'], ['screened']]);
		expect(svg.querySelector('[data-box=other]')?.getAttribute('aria-label')).toBe('Other (n = 2)');
		expect(svg.querySelector('[data-box=empty]')?.hasAttribute('tabindex')).toBe(false);
		stop();
		box?.dispatchEvent(new MouseEvent('click'));
		expect(open).toHaveBeenCalledTimes(2);
	});
});
