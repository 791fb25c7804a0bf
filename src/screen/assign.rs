//! Who gets which citation, in which order. Its one rule: chance comes only from the stored seed and the ids, so that the
//! same review is dealt the same way on every machine, and new citations never reshuffle the old ones.

use std::collections::BTreeMap;

use crate::model::{CitationId, UserId};

/// With more combinations of reviewers than this, they are no longer listed but built one by one (12 reviewers in groups of
/// 4 give 495; 20 in groups of 5 give 15,504).
const MAX_COMBINATIONS: usize = 2_000;

/// Where a citation stands in the random order of a stage: sort by it, ties by id. Depends on nothing but seed and id.
pub fn shuffle_key(seed: u64, citation: CitationId) -> u64 {
    let (high, low) = citation.0.as_u64_pair();
    mix(mix(mix(seed) ^ high) ^ low)
}

/// The finaliser of SplitMix64 (Steele, Lea & Flood 2014): every input bit moves every output bit.
fn mix(value: u64) -> u64 {
    let z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The citations in the stage's random order.
pub fn shuffled(seed: u64, citations: impl IntoIterator<Item = CitationId>) -> Vec<CitationId> {
    let mut all: Vec<CitationId> = citations.into_iter().collect();
    all.sort_by_cached_key(|citation| (shuffle_key(seed, *citation), *citation));
    all
}

/// A pilot round: `size` citations drawn by the seed.
pub fn sample(seed: u64, citations: impl IntoIterator<Item = CitationId>, size: usize) -> Vec<CitationId> {
    let mut all = shuffled(seed, citations);
    all.truncate(size);
    all
}

/// A citation in the pool as one reviewer's pull sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolItem {
    pub citation: CitationId,
    /// Reviewers with a live decision.
    pub decided: u32,
    /// Reviewers that hold it now, undecided.
    pub held: u32,
    /// Whether the one who pulls has decided it, holds it, or must not see it (a conflict of interest).
    pub mine: bool,
}

/// The next citations for the one who pulls, at most `wanted`, from items in the stage's order: first those that nobody
/// holds, so that two who pull at once get different work; only then those that another holds but that still want one more.
pub fn pull(items: impl IntoIterator<Item = PoolItem>, required: u32, wanted: usize) -> Vec<CitationId> {
    let mut free = Vec::new();
    let mut shared = Vec::new();
    let open = |item: &PoolItem| !item.mine && item.decided + item.held < required.max(1);
    for item in items.into_iter().filter(open) {
        if free.len() == wanted {
            break;
        }
        let list = if item.held == 0 { &mut free } else { &mut shared };
        list.push(item.citation);
    }
    free.extend(shared);
    free.truncate(wanted);
    free
}

/// A stage wants more reviewers per citation than there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{wanted} reviewers per citation, but only {present} reviewers")]
pub struct TooFewReviewers {
    pub wanted: usize,
    pub present: usize,
}

/// Groups of reviewers and how often each was dealt, so that a later batch goes on where the earlier stopped.
#[derive(Clone, Debug)]
pub struct Dealer {
    reviewers: Vec<UserId>,
    size: usize,
    seed: u64,
    /// By position in `reviewers`: citations dealt so far.
    load: Vec<u32>,
    /// Every group with its count, or none where there are too many groups to list.
    groups: Vec<(Vec<usize>, u32)>,
    /// How often two reviewers met, the first with the smaller position.
    met: BTreeMap<(usize, usize), u32>,
}

impl Dealer {
    /// Groups of `size` out of `reviewers`, whose order does not matter.
    pub fn new(reviewers: &[UserId], size: usize, seed: u64) -> Result<Self, TooFewReviewers> {
        let mut reviewers = reviewers.to_vec();
        reviewers.sort_unstable();
        reviewers.dedup();
        let size = size.max(1);
        if reviewers.len() < size {
            return Err(TooFewReviewers { wanted: size, present: reviewers.len() });
        }
        let groups = combinations(reviewers.len(), size).unwrap_or_default();
        let load = vec![0; reviewers.len()];
        let groups = groups.into_iter().map(|group| (group, 0)).collect();
        Ok(Self { reviewers, size, seed, load, groups, met: BTreeMap::new() })
    }

    /// Takes note of a group that an earlier batch was dealt to. Members that are gone are left out.
    pub fn dealt(&mut self, group: &[UserId]) {
        let mut places: Vec<usize> = group.iter().filter_map(|user| self.reviewers.binary_search(user).ok()).collect();
        places.sort_unstable();
        places.dedup();
        self.note(&places);
    }

    /// Deals one citation to the group that had the fewest; among those to the one whose members carry least; among those by
    /// the seed. All groups stay equally frequent: their counts differ by 1 at most.
    pub fn deal(&mut self, citation: CitationId) -> Vec<UserId> {
        let chance = shuffle_key(self.seed, citation);
        let group = if self.groups.is_empty() { self.build(chance) } else { self.choose(chance) };
        self.note(&group);
        group.into_iter().map(|place| self.reviewers[place]).collect()
    }

    fn choose(&self, chance: u64) -> Vec<usize> {
        let fewest = self.groups.iter().map(|(_, count)| *count).min();
        let rarest = self.groups.iter().filter(|(_, count)| Some(*count) == fewest).map(|(group, _)| group);
        let next = rarest.min_by_key(|group| {
            let load: u32 = group.iter().map(|&place| self.load[place]).sum();
            let heaviest = group.iter().map(|&place| self.load[place]).max();
            (load, heaviest, tie(chance, group))
        });
        next.cloned().expect("there is a group: reviewers >= size >= 1")
    }

    /// Adds the least loaded reviewer who has least met those already chosen, until the group is full.
    fn build(&self, chance: u64) -> Vec<usize> {
        let mut group: Vec<usize> = Vec::with_capacity(self.size);
        while group.len() < self.size {
            let left = (0..self.reviewers.len()).filter(|place| !group.contains(place));
            let next = left.min_by_key(|&place| {
                let met: u32 = group.iter().map(|&other| self.times_met(place, other)).sum();
                (self.load[place], met, tie(chance, &[place]))
            });
            group.push(next.expect("reviewers >= size"));
        }
        group.sort_unstable();
        group
    }

    fn times_met(&self, a: usize, b: usize) -> u32 {
        self.met.get(&(a.min(b), a.max(b))).copied().unwrap_or(0)
    }

    fn note(&mut self, group: &[usize]) {
        for (at, &place) in group.iter().enumerate() {
            self.load[place] += 1;
            for &other in &group[at + 1..] {
                *self.met.entry((place.min(other), place.max(other))).or_default() += 1;
            }
        }
        if let Some((_, count)) = self.groups.iter_mut().find(|(known, _)| known == group) {
            *count += 1;
        }
    }
}

fn tie(chance: u64, group: &[usize]) -> u64 {
    group.iter().fold(chance, |key, &place| mix(key ^ place as u64))
}

/// All groups of `size` out of `n`, or `None` when there are more than `MAX_COMBINATIONS`.
fn combinations(n: usize, size: usize) -> Option<Vec<Vec<usize>>> {
    let mut all = vec![Vec::new()];
    for place in 0..size {
        let mut longer = Vec::new();
        for group in &all {
            let from = group.last().map_or(0, |last| last + 1);
            for next in from..=(n - (size - place)) {
                let mut group: Vec<usize> = group.clone();
                group.push(next);
                longer.push(group);
                if longer.len() > MAX_COMBINATIONS {
                    return None;
                }
            }
        }
        all = longer;
    }
    Some(all)
}

/// `total` in shares by weight, by largest remainder (Hamilton); ties go to the earlier. All weights 0 means equal shares.
pub fn shares(total: usize, weights: &[u32]) -> Vec<usize> {
    let equal = weights.iter().all(|weight| *weight == 0);
    let weight = |at: usize| if equal { 1 } else { u128::from(weights[at]) };
    let sum: u128 = (0..weights.len()).map(weight).sum();
    if sum == 0 {
        return Vec::new();
    }
    let part = |at: usize| total as u128 * weight(at);
    let mut shares: Vec<usize> =
        (0..weights.len()).map(|at| usize::try_from(part(at) / sum).expect("a share is no more than the total")).collect();
    let missing = total - shares.iter().sum::<usize>();
    let mut by_remainder: Vec<usize> = (0..weights.len()).collect();
    by_remainder.sort_by_key(|&at| (std::cmp::Reverse(part(at) % sum), at));
    for &at in by_remainder.iter().take(missing) {
        shares[at] += 1;
    }
    shares
}

/// Splits citations (in their order) among single reviewers by weight: reviewer, and their citations.
pub fn split(citations: &[CitationId], reviewers: &[(UserId, u32)]) -> Vec<(UserId, Vec<CitationId>)> {
    let weights: Vec<u32> = reviewers.iter().map(|(_, weight)| *weight).collect();
    let mut left = citations;
    let mut dealt = Vec::with_capacity(reviewers.len());
    for ((reviewer, _), share) in reviewers.iter().zip(shares(citations.len(), &weights)) {
        let (mine, rest) = left.split_at(share);
        dealt.push((*reviewer, mine.to_vec()));
        left = rest;
    }
    dealt
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn citation(n: u128) -> CitationId {
        CitationId(Uuid::from_u128(n))
    }

    fn users(n: usize) -> Vec<UserId> {
        (0..n).map(|n| UserId(Uuid::from_u128(n as u128))).collect()
    }

    fn deal(dealer: &mut Dealer, from: u128, to: u128) -> Vec<Vec<UserId>> {
        (from..to).map(|n| dealer.deal(citation(n))).collect()
    }

    fn spread<T: Ord>(dealt: impl IntoIterator<Item = T>) -> (usize, u32, u32) {
        let mut counts = BTreeMap::new();
        dealt.into_iter().for_each(|item| *counts.entry(item).or_insert(0u32) += 1);
        let (low, high) = (counts.values().min(), counts.values().max());
        (counts.len(), low.copied().unwrap_or(0), high.copied().unwrap_or(0))
    }

    #[test]
    fn the_order_is_random_but_settled() {
        let ids: Vec<_> = (0..500).map(citation).collect();
        let order = shuffled(1, ids.iter().copied());
        assert_eq!(order, shuffled(1, ids.iter().rev().copied()), "the order given does not matter");
        assert_ne!(order, shuffled(2, ids.iter().copied()));
        assert_ne!(order, ids);
        let fewer = shuffled(1, ids[..250].iter().copied());
        let kept: Vec<_> = order.into_iter().filter(|id| fewer.contains(id)).collect();
        assert_eq!(kept, fewer, "citations that come later do not reshuffle the earlier ones");
    }

    /// Chi-square over 10 tenths of the key space: 9 degrees of freedom, 27.9 is exceeded once in 1,000.
    #[test]
    fn keys_are_spread_evenly() {
        for seed in 1..20 {
            let mut tenths = [0f64; 10];
            for n in 0..10_000 {
                tenths[(shuffle_key(seed, citation(n)) / (u64::MAX / 10 + 1)) as usize] += 1.0;
            }
            let chi2: f64 = tenths.iter().map(|n| (n - 1000.0).powi(2) / 1000.0).sum();
            assert!(chi2 < 27.9, "seed {seed}: {chi2}");
        }
    }

    #[test]
    fn two_who_pull_at_once_get_different_work() {
        let item = |n, decided, held, mine| PoolItem { citation: citation(n), decided, held, mine };
        let pool = [item(1, 0, 1, false), item(2, 1, 0, true), item(3, 2, 0, false), item(4, 1, 0, false)];
        assert_eq!(pull(pool, 2, 1), [citation(4)], "held by another, mine, complete; the fourth is free");
        assert_eq!(pull(pool, 2, 5), [citation(4), citation(1)], "held ones come last");
        assert_eq!(pull(pool, 1, 5), []);
        assert_eq!(pull(pool, 2, 0), []);
    }

    #[test]
    fn twelve_reviewers_in_pairs() {
        let mut dealer = Dealer::new(&users(12), 2, 7).unwrap();
        let first = deal(&mut dealer, 0, 66);
        assert_eq!(spread(first.clone()), (66, 1, 1), "every pair once");
        let all: Vec<_> = first.into_iter().chain(deal(&mut dealer, 66, 6353)).collect();
        assert_eq!(spread(all.iter()), (66, 96, 97));
        let (reviewers, low, high) = spread(all.iter().flatten());
        assert_eq!(reviewers, 12);
        assert!(high - low <= 1, "{low} to {high}");
    }

    #[test]
    fn a_later_batch_goes_on_where_the_earlier_stopped() {
        let mut whole = Dealer::new(&users(5), 2, 7).unwrap();
        let all = deal(&mut whole, 0, 47);
        let mut second = Dealer::new(&users(5), 2, 7).unwrap();
        all[..20].iter().for_each(|group| second.dealt(group));
        assert_eq!(deal(&mut second, 20, 47), all[20..]);
        assert_eq!(Dealer::new(&users(2), 3, 7).err(), Some(TooFewReviewers { wanted: 3, present: 2 }));
    }

    #[test]
    fn too_many_groups_to_list_are_still_fair() {
        let mut dealer = Dealer::new(&users(20), 5, 3).unwrap();
        let all = deal(&mut dealer, 0, 1000);
        assert_eq!(spread(all.iter().flatten()), (20, 250, 250));
        assert!(all.iter().all(|group| group.iter().collect::<BTreeSet<_>>().len() == 5));
        let pairs = dealer.met.values();
        let (low, high) = (pairs.clone().min().unwrap(), pairs.max().unwrap());
        assert!(high - low <= 12, "1000 × 10 pairs over 190: 53 each, here {low} to {high}");
    }

    #[test]
    fn shares_by_weight() {
        assert_eq!(shares(10, &[1, 1, 1]), [4, 3, 3]);
        assert_eq!(shares(10, &[0, 0]), [5, 5]);
        assert_eq!(shares(100, &[3, 1, 0]), [75, 25, 0]);
        assert_eq!(shares(7, &[]), Vec::<usize>::new());
    }

    proptest! {
        #[test]
        fn groups_stay_equally_frequent(reviewers in 1..8usize, size in 1..5usize, citations in 0..200u128, seed: u64) {
            prop_assume!(size <= reviewers);
            let mut dealer = Dealer::new(&users(reviewers), size, seed).unwrap();
            let dealt = deal(&mut dealer, 0, citations);
            prop_assert!(dealt.iter().all(|group| group.iter().collect::<BTreeSet<_>>().len() == size));
            let counts = dealer.groups.iter().map(|(_, count)| *count);
            prop_assert!(counts.clone().max().unwrap() - counts.min().unwrap() <= 1);
        }

        #[test]
        fn a_split_deals_everything_once(citations in 0..300u128, weights in prop::collection::vec(0..9u32, 1..9)) {
            let all: Vec<_> = (0..citations).map(citation).collect();
            let reviewers: Vec<_> = users(weights.len()).into_iter().zip(weights).collect();
            let dealt = split(&all, &reviewers);
            prop_assert_eq!(dealt.iter().flat_map(|(_, mine)| mine).copied().collect::<Vec<_>>(), all);
        }

        /// Reviewers pull and decide in any order: nobody gets a citation twice, no citation gets more than it wants, and
        /// in the end every citation has what it wants.
        #[test]
        fn a_pool_empties(citations in 1..12usize, required in 1..4u32, turns in prop::collection::vec(0..5usize, 0..60)) {
            let mut held: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); citations];
            let mut decided = held.clone();
            let finish = (0..5).cycle().take(5 * citations * 2);
            for reviewer in turns.into_iter().chain(finish) {
                if let Some(at) = held.iter().position(|h| h.contains(&reviewer)) {
                    held[at].remove(&reviewer);
                    prop_assert!(decided[at].insert(reviewer));
                    continue;
                }
                let items: Vec<_> = (0..citations).map(|at| PoolItem {
                    citation: citation(at as u128),
                    decided: decided[at].len() as u32,
                    held: held[at].len() as u32,
                    mine: decided[at].contains(&reviewer),
                }).collect();
                for got in pull(items, required, 1) {
                    let at = got.0.as_u128() as usize;
                    let free = (0..citations).any(|other| held[other].is_empty() && !decided[other].contains(&reviewer)
                        && (decided[other].len() as u32) < required);
                    prop_assert!(held[at].is_empty() || !free, "got held work though other work was free");
                    held[at].insert(reviewer);
                    prop_assert!((held[at].len() + decided[at].len()) as u32 <= required);
                }
            }
            prop_assert!(decided.iter().all(|d| d.len() as u32 == required));
        }
    }
}
