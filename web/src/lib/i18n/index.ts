/** Everything about language: `t` for the interface's own words, `local` for the review's bilingual texts, numbers and dates. */
export * from './i18n.svelte';
