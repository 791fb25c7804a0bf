/** `{@attach scrolls}`: a box that is larger inside than outside can be reached by keyboard, so that its arrows scroll it. */
export function scrolls(box: HTMLElement): () => void {
	const look = () => {
		if (box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight + 1) box.tabIndex = 0;
		else box.removeAttribute('tabindex');
	};
	const seen = new ResizeObserver(look);
	seen.observe(box);
	for (const part of box.children) seen.observe(part);
	return () => seen.disconnect();
}
