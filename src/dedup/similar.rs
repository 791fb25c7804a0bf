//! How alike two byte strings are, by their longest common subsequence, 64 cells at a time.
//!
//! One rule: nothing here allocates per call, and long inputs are cut, so that one comparison has a bounded cost.

/// Bytes of each side that are looked at; titles beyond this are compared by their first part.
pub const SIMILAR_LIMIT: usize = 512;
const BLOCKS: usize = SIMILAR_LIMIT / 64;

/// Twice the common subsequence over the sum of lengths: 1 for equal, 0 for nothing in common or an empty side.
pub fn ratio(a: &[u8], b: &[u8]) -> f32 {
    let a = &a[..a.len().min(SIMILAR_LIMIT)];
    let b = &b[..b.len().min(SIMILAR_LIMIT)];
    if a.is_empty() || b.is_empty() {
        return 0.0;
    }
    if a == b {
        return 1.0;
    }
    2.0 * common_subsequence(a, b) as f32 / (a.len() + b.len()) as f32
}

/// Length of the longest common subsequence; the width of the tables follows the length, because clearing them is most of the work.
fn common_subsequence(a: &[u8], b: &[u8]) -> usize {
    match a.len().div_ceil(64) {
        0 | 1 => common_in::<1>(a, b),
        2 => common_in::<2>(a, b),
        3 | 4 => common_in::<4>(a, b),
        _ => common_in::<BLOCKS>(a, b),
    }
}

/// Hyyrö 2004: bit-parallel, with carries between the `N` words of 64 cells.
fn common_in<const N: usize>(a: &[u8], b: &[u8]) -> usize {
    let mut places = [[0u64; N]; 256];
    for (i, &byte) in a.iter().enumerate() {
        places[byte as usize][i / 64] |= 1 << (i % 64);
    }
    let mut row = [u64::MAX; N];
    for &byte in b {
        let mut carry = 0u64;
        for (cell, found) in row.iter_mut().zip(&places[byte as usize]) {
            let hit = *cell & found;
            let (sum, over1) = cell.overflowing_add(hit);
            let (sum, over2) = sum.overflowing_add(carry);
            carry = u64::from(over1 | over2);
            *cell = sum | (*cell & !found);
        }
    }
    let mut common = 0;
    for (i, cell) in row.iter().enumerate() {
        let used = a.len().saturating_sub(i * 64).min(64);
        let mask = if used == 64 { u64::MAX } else { (1 << used) - 1 };
        common += (!cell & mask).count_ones() as usize;
    }
    common
}

/// Longest word [`short_ratio`] looks at.
const SHORT: usize = 24;

/// [`ratio`] for single words: a plain table on the stack costs less than clearing the bit tables.
pub fn short_ratio(a: &[u8], b: &[u8]) -> f32 {
    let (a, b) = (&a[..a.len().min(SHORT)], &b[..b.len().min(SHORT)]);
    if a.is_empty() || b.is_empty() {
        return 0.0;
    }
    let mut row = [0u8; SHORT + 1];
    for x in a {
        let mut diagonal = 0;
        for (j, y) in b.iter().enumerate() {
            let above = row[j + 1];
            row[j + 1] = if x == y { diagonal + 1 } else { above.max(row[j]) };
            diagonal = above;
        }
    }
    2.0 * f32::from(row[b.len()]) / (a.len() + b.len()) as f32
}

/// Whether the two short words differ by at most one inserted, dropped or changed letter.
pub fn one_edit(a: &[u8], b: &[u8]) -> bool {
    let (a, b) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if b.len() - a.len() > 1 {
        return false;
    }
    let head = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let tail = a[head..].iter().rev().zip(b[head..].iter().rev()).take_while(|(x, y)| x == y).count();
    b.len() - head - tail <= 1
}

/// How many members two sorted arrays share.
pub fn shared(a: &[u32], b: &[u32]) -> usize {
    let (mut i, mut j, mut n) = (0, 0, 0);
    while i < a.len() && j < b.len() {
        match a[i].cmp(&b[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                n += 1;
                i += 1;
                j += 1;
            }
        }
    }
    n
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(a: &[u8], b: &[u8]) -> usize {
        let mut row = vec![0; b.len() + 1];
        for &x in a {
            let mut diagonal = 0;
            for (j, &y) in b.iter().enumerate() {
                let above = row[j + 1];
                row[j + 1] = if x == y { diagonal + 1 } else { row[j + 1].max(row[j]) };
                diagonal = above;
            }
        }
        row[b.len()]
    }

    #[test]
    fn equals_the_plain_method() {
        let text = b"redistribution of small and large words over several blocks of sixty-four bytes, written twice over and over again";
        for i in (0..text.len()).step_by(7) {
            for j in (0..text.len()).step_by(11) {
                let (a, b) = (&text[i..], &text[..j]);
                assert_eq!(common_subsequence_or_zero(a, b), plain(a, b), "{i} {j}");
            }
        }
    }

    fn common_subsequence_or_zero(a: &[u8], b: &[u8]) -> usize {
        common_subsequence(a, b)
    }

    #[test]
    fn words_have_the_same_ratio() {
        for (a, b) in [("effects", "affects"), ("randomised", "randomized"), ("a", "b"), ("women", "men")] {
            assert_eq!(short_ratio(a.as_bytes(), b.as_bytes()), ratio(a.as_bytes(), b.as_bytes()));
        }
    }

    #[test]
    fn counts_edits() {
        assert!(one_edit(b"ekmekciolu", b"ekmekcioglu") && one_edit(b"abc", b"abd") && one_edit(b"a", b"a"));
        assert!(!one_edit(b"abcd", b"abdc") && !one_edit(b"ab", b"abcd"));
    }
}
