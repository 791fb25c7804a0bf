//! Takes the server's flow figure into the page: read as XML, only known elements and attributes kept, boxes made usable.
//! Rule: what is not in the two lists below never reaches the page; no text of the figure is ever parsed as HTML.

const SVG = 'http://www.w3.org/2000/svg';
const ELEMENTS = new Set([
	'svg',
	'g',
	'defs',
	'marker',
	'rect',
	'path',
	'line',
	'polyline',
	'polygon',
	'circle',
	'ellipse',
	'text',
	'tspan',
	'title',
	'desc',
]);
const ATTRIBUTES = new Set([
	'viewBox',
	'width',
	'height',
	'x',
	'y',
	'x1',
	'y1',
	'x2',
	'y2',
	'dx',
	'dy',
	'cx',
	'cy',
	'r',
	'rx',
	'ry',
	'd',
	'points',
	'transform',
	'fill',
	'fill-opacity',
	'stroke',
	'stroke-width',
	'stroke-dasharray',
	'stroke-linecap',
	'stroke-linejoin',
	'opacity',
	'font-family',
	'font-size',
	'font-weight',
	'font-style',
	'text-anchor',
	'dominant-baseline',
	'letter-spacing',
	'writing-mode',
	'text-orientation',
	'textLength',
	'lengthAdjust',
	'marker-end',
	'marker-start',
	'id',
	'class',
	'data-box',
	'orient',
	'refX',
	'refY',
	'markerWidth',
	'markerHeight',
	'markerUnits',
	'preserveAspectRatio',
	'xml:space',
	'lang',
	'xml:lang',
]);
/** References are allowed inside the figure only. */
const OUTSIDE = /url\(\s*['"]?(?!#)|javascript:/i;

/** What a box says to those who do not see it, by its key; null leaves it to the box's own words. */
export type BoxName = (key: string) => string | null;

/** The figure as an element of this document, or null when the text is no SVG. */
export function figureFrom(source: string, document: Document): SVGSVGElement | null {
	const parsed = new DOMParser().parseFromString(source, 'image/svg+xml');
	const root = parsed.documentElement;
	if (root.localName !== 'svg' || root.namespaceURI !== SVG || parsed.querySelector('parsererror')) return null;
	clean(root);
	return document.importNode(root, true) as unknown as SVGSVGElement;
}

function clean(element: Element): void {
	for (const attribute of [...element.attributes]) {
		const known = ATTRIBUTES.has(attribute.name) || attribute.name === 'xmlns';
		if (!known || OUTSIDE.test(attribute.value)) element.removeAttribute(attribute.name);
	}
	for (const child of [...element.children]) {
		if (child.namespaceURI === SVG && ELEMENTS.has(child.localName)) clean(child);
		else child.remove();
	}
}

/**
 * Makes every box a link for mouse and keyboard; returns how to undo that. `open` is called with the box's key.
 */
export function linkBoxes(figure: Element, name: BoxName, open: (key: string) => void): () => void {
	const stop = new AbortController();
	for (const box of figure.querySelectorAll('[data-box]')) {
		const key = box.getAttribute('data-box') ?? '';
		const words = (box.textContent ?? '').replace(/\s+/g, ' ').trim();
		if (key === '' || words === '') continue;
		box.setAttribute('role', 'link');
		box.setAttribute('tabindex', '0');
		box.setAttribute('aria-label', name(key) ?? words);
		const options = { signal: stop.signal };
		box.addEventListener('click', (event) => (event.stopPropagation(), open(key)), options);
		box.addEventListener(
			'keydown',
			(event) => {
				const { key: pressed } = event as KeyboardEvent;
				if (pressed !== 'Enter' && pressed !== ' ') return;
				event.preventDefault();
				event.stopPropagation();
				open(key);
			},
			options,
		);
	}
	return () => stop.abort();
}
