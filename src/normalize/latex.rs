//! LaTeX in field values ↔ text. One rule: what isn't LaTeX (a lone `$`, `~50 %`) stays as it is.

/// Text that one value may grow to; commands only ever shrink it, so more is hostile (bytes).
const MAX_TEXT: usize = 8 << 20;

/// Accents: command → combining character.
const ACCENTS: &[(char, char)] = &[
    ('\'', '\u{301}'),
    ('`', '\u{300}'),
    ('^', '\u{302}'),
    ('"', '\u{308}'),
    ('~', '\u{303}'),
    ('=', '\u{304}'),
    ('.', '\u{307}'),
    ('u', '\u{306}'),
    ('v', '\u{30c}'),
    ('H', '\u{30b}'),
    ('c', '\u{327}'),
    ('k', '\u{328}'),
    ('r', '\u{30a}'),
    ('d', '\u{323}'),
    ('b', '\u{331}'),
];

/// Commands that stand for text.
const SYMBOLS: &[(&str, &str)] = &[
    ("ss", "ß"),
    ("ae", "æ"),
    ("AE", "Æ"),
    ("oe", "œ"),
    ("OE", "Œ"),
    ("o", "ø"),
    ("O", "Ø"),
    ("l", "ł"),
    ("L", "Ł"),
    ("aa", "å"),
    ("AA", "Å"),
    ("i", "ı"),
    ("j", "ȷ"),
    ("dh", "ð"),
    ("th", "þ"),
    ("TH", "Þ"),
    ("textendash", "–"),
    ("textemdash", "—"),
    ("textquoteright", "’"),
    ("textquoteleft", "‘"),
    ("textquotedblleft", "“"),
    ("textquotedblright", "”"),
    ("textregistered", "®"),
    ("texttrademark", "™"),
    ("textcopyright", "©"),
    ("copyright", "©"),
    ("textdegree", "°"),
    ("degree", "°"),
    ("circ", "°"),
    ("ldots", "…"),
    ("dots", "…"),
    ("textellipsis", "…"),
    ("textbackslash", "\\"),
    ("textasciitilde", "~"),
    ("textasciicircum", "^"),
    ("textunderscore", "_"),
    ("textless", "<"),
    ("textgreater", ">"),
    ("textbar", "|"),
    ("textbraceleft", "{"),
    ("textbraceright", "}"),
    ("textdollar", "$"),
    ("textmu", "µ"),
    ("textpm", "±"),
    ("pm", "±"),
    ("times", "×"),
    ("texttimes", "×"),
    ("cdot", "·"),
    ("leq", "≤"),
    ("le", "≤"),
    ("geq", "≥"),
    ("ge", "≥"),
    ("neq", "≠"),
    ("approx", "≈"),
    ("sim", "∼"),
    ("infty", "∞"),
    ("rightarrow", "→"),
    ("to", "→"),
    ("leftarrow", "←"),
    ("alpha", "α"),
    ("beta", "β"),
    ("gamma", "γ"),
    ("delta", "δ"),
    ("epsilon", "ε"),
    ("varepsilon", "ε"),
    ("zeta", "ζ"),
    ("eta", "η"),
    ("theta", "θ"),
    ("iota", "ι"),
    ("kappa", "κ"),
    ("lambda", "λ"),
    ("mu", "μ"),
    ("nu", "ν"),
    ("xi", "ξ"),
    ("pi", "π"),
    ("rho", "ρ"),
    ("sigma", "σ"),
    ("tau", "τ"),
    ("phi", "φ"),
    ("varphi", "φ"),
    ("chi", "χ"),
    ("psi", "ψ"),
    ("omega", "ω"),
    ("Gamma", "Γ"),
    ("Delta", "Δ"),
    ("Theta", "Θ"),
    ("Lambda", "Λ"),
    ("Sigma", "Σ"),
    ("Phi", "Φ"),
    ("Psi", "Ψ"),
    ("Omega", "Ω"),
    ("LaTeX", "LaTeX"),
    ("TeX", "TeX"),
    ("BibTeX", "BibTeX"),
    ("S", "§"),
    ("P", "¶"),
    ("pounds", "£"),
    ("euro", "€"),
    ("texteuro", "€"),
    ("EUR", "€"),
    ("dag", "†"),
    ("ddag", "‡"),
    ("slash", "/"),
    ("quad", " "),
    ("qquad", " "),
    ("newline", " "),
    ("par", "\n"),
    ("textbullet", "•"),
    ("textsuperscript", ""),
    ("textsubscript", ""),
    ("guillemotleft", "«"),
    ("guillemotright", "»"),
    ("glqq", "„"),
    ("grqq", "“"),
    ("flqq", "«"),
    ("frqq", "»"),
    ("nobreakspace", " "),
    ("hyphen", "-"),
    ("mbox", ""),
    ("percent", "%"),
    ("prime", "′"),
];

/// A value as text: commands and accents resolved, braces gone, dashes and quotes set.
pub fn decode(value: &str) -> String {
    let bytes = value.as_bytes();
    let twice = |sign: u8| memchr::memchr_iter(sign, bytes).any(|at| bytes.get(at + 1) == Some(&sign));
    let signs = memchr::memchr3(b'\\', b'{', b'}', bytes).is_some() || memchr::memchr3(b'~', b'$', b'`', bytes).is_some();
    if !signs && !twice(b'-') && !twice(b'\'') {
        return value.to_owned();
    }
    let mut out = String::with_capacity(value.len());
    let chars: Vec<char> = value.chars().collect();
    let mut at = 0;
    while at < chars.len() && out.len() < MAX_TEXT {
        let next = chars.get(at + 1).copied();
        match chars[at] {
            '\\' => at = command(&chars, at + 1, &mut out),
            '{' | '}' => at += 1,
            '~' if out.ends_with(|c: char| !c.is_whitespace()) && next.is_some_and(|c| !c.is_whitespace()) => {
                out.push(' ');
                at += 1;
            }
            '$' if math(&chars, at).is_some() => {
                let end = math(&chars, at).unwrap_or(at);
                formula(&chars[at + 1..end], &mut out);
                at = end + 1;
            }
            '-' if next == Some('-') => {
                let triple = chars.get(at + 2) == Some(&'-');
                out.push(if triple { '—' } else { '–' });
                at += if triple { 3 } else { 2 };
            }
            '`' if next == Some('`') => {
                out.push('“');
                at += 2;
            }
            '\'' if next == Some('\'') => {
                out.push('”');
                at += 2;
            }
            c => {
                out.push(c);
                at += 1;
            }
        }
    }
    out
}

/// A link or an identifier as text: escaped signs resolved, everything else as it stands (`~` and `--` are part of it).
pub fn decode_verbatim(value: &str) -> String {
    let value = value.trim().replace("\\textasciitilde", "~").replace("\\string", "");
    let mut out = String::with_capacity(value.len());
    let mut chars = value.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' if chars.peek().is_some_and(|next| !next.is_alphanumeric()) => out.extend(chars.next()),
            '{' | '}' => {}
            c => out.push(c),
        }
    }
    out
}

/// Where the formula that a `$` opens ends: the `$` has no blank inside beside it, and no digit behind the closing one.
fn math(chars: &[char], at: usize) -> Option<usize> {
    const MAX_FORMULA: usize = 300;
    if chars.get(at + 1).is_none_or(|c| c.is_whitespace() || *c == '$') {
        return None;
    }
    let end = chars[at + 1..].iter().take(MAX_FORMULA).position(|c| *c == '$').map(|step| at + 1 + step)?;
    let closed = !chars[end - 1].is_whitespace() && chars.get(end + 1).is_none_or(|c| !c.is_ascii_digit());
    closed.then_some(end)
}

/// The inside of `$…$`: symbols resolved, `^` and `_` dropped (raised digits after a digit become Unicode's).
fn formula(chars: &[char], out: &mut String) {
    let text = decode(&chars.iter().collect::<String>().replace(['{', '}'], "\u{0}"));
    let mut raised = false;
    for c in text.chars() {
        match c {
            '\u{0}' => {}
            '^' => raised = out.ends_with(|c: char| c.is_ascii_digit()),
            '_' => {}
            c => match super::markup::raise(&c.to_string()).filter(|_| raised) {
                Some(up) => out.push_str(&up),
                None => {
                    raised = false;
                    out.push(c);
                }
            },
        }
    }
}

/// Resolves the command after a backslash; gives the position behind it.
fn command(chars: &[char], at: usize, out: &mut String) -> usize {
    let Some(&first) = chars.get(at) else { return at };
    if let Some((_, mark)) = ACCENTS.iter().find(|(name, _)| *name == first)
        && (!first.is_alphabetic() || chars.get(at + 1).is_none_or(|c| !c.is_alphabetic()))
        && let Some((letter, end)) = accented(chars, at + 1)
    {
        push_accented(letter, *mark, out);
        return end;
    }
    if !first.is_ascii_alphabetic() {
        match first {
            '\\' => out.push(' '),
            '-' | '/' | '(' | ')' | '[' | ']' | '@' => {}
            c => out.push(c),
        }
        return at + 1;
    }
    let length = chars[at..].iter().take_while(|c| c.is_ascii_alphabetic()).count();
    let name: String = chars[at..at + length].iter().collect();
    let mut end = at + length;
    if let Some((_, text)) = SYMBOLS.iter().find(|(known, _)| *known == name) {
        out.push_str(text);
    } else if matches!(
        name.as_str(),
        "url"
            | "emph"
            | "textit"
            | "textbf"
            | "textsc"
            | "texttt"
            | "textrm"
            | "textsf"
            | "textup"
            | "mathrm"
            | "mathit"
            | "mathbf"
            | "mathcal"
            | "text"
            | "ensuremath"
            | "em"
            | "it"
            | "bf"
            | "rm"
            | "sc"
            | "tt"
            | "sl"
            | "noopsort"
            | "href"
            | "uppercase"
            | "lowercase"
            | "enquote"
            | "mkbibquote"
            | "mkbibemph"
            | "protect"
            | "relax"
            | "left"
            | "right"
            | "displaystyle"
            | "operatorname"
    ) {
    } else if chars.get(end).is_none_or(|c| *c != '{') && at >= 2 && chars[at - 2].is_ascii_alphanumeric() {
        // a backslash between words is no command (`and\or`, a Windows path)
        out.push('\\');
        out.push_str(&name);
        return end;
    }
    // the blank that ends a command's name is not text
    if chars.get(end) == Some(&' ') && !out.ends_with(' ') {
        end += 1;
    }
    end
}

/// The letter an accent stands over: `e`, `{e}`, `\i`, `{\i}`; and the position behind it.
fn accented(chars: &[char], at: usize) -> Option<(char, usize)> {
    let mut at = at;
    while chars.get(at) == Some(&' ') {
        at += 1;
    }
    let braced = chars.get(at) == Some(&'{');
    at += usize::from(braced);
    let mut letter = *chars.get(at)?;
    at += 1;
    if letter == '\\' {
        letter = match chars.get(at)? {
            'i' => 'i',
            'j' => 'j',
            _ => return None,
        };
        at += 1;
    }
    if letter == '}' {
        return None;
    }
    at += usize::from(braced && chars.get(at) == Some(&'}'));
    letter.is_alphabetic().then_some((letter, at))
}

/// Letter and mark as one character where Unicode has it.
fn push_accented(letter: char, mark: char, out: &mut String) {
    let pair: String = [letter, mark].iter().collect();
    out.push_str(&icu_normalizer::ComposingNormalizerBorrowed::new_nfc().normalize(&pair));
}

/// Text as a value in braces that `decode` reads back: signs with a meaning in LaTeX escaped.
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut previous = ' ';
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\textbackslash{}"),
            '{' | '}' | '$' | '&' | '%' | '#' | '_' => {
                out.push('\\');
                out.push(c);
            }
            '~' => out.push_str("\\textasciitilde{}"),
            '^' => out.push_str("\\textasciicircum{}"),
            // pairs that LaTeX would join
            '-' | '`' | '\'' if previous == c => {
                out.push_str("{}");
                out.push(c);
            }
            _ => out.push(c),
        }
        previous = c;
    }
    out
}
