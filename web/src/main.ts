/** The one entry: language and theme first (no flash of the wrong one), then the session, then the page. */
import { mount } from 'svelte';
import App from './App.svelte';
import './app.css';
import { initialLocale, setLocale } from '$lib/i18n';
import { applyTheme, storedTheme } from '$lib/theme';

applyTheme(storedTheme());

const target = document.getElementById('app');
if (target) void setLocale(initialLocale()).then(() => mount(App, { target }));
