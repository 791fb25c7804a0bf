//! Where the live records of a review stand after deduplication: by source, by the two sources that share them, and the list behind each figure.
//! One rule: `Placed::boxes` alone says which figures count a record. A figure is how many those are, its list is their citations.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::flow::Behind;
use super::pairs::Listed;
use super::{App, AppResult, L10n};
use crate::model::{DedupBox, RecordState, SourceId};
use crate::store;
use crate::store::records::Standing;

/// Where the records of a source are; each counts once, under the first that holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SourceSplit {
    pub source: String,
    pub records: usize,
    /// In a citation of several records.
    pub certain: usize,
    /// Alone, with a question for a person.
    pub review: usize,
    /// Alone, related to another record.
    pub related: usize,
    /// None of these.
    pub unique: usize,
    /// Keys of the lists behind these five.
    #[serde(default)]
    pub boxes: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SourcePair {
    pub a: String,
    pub b: String,
    pub n: usize,
    /// Key of the list behind the number.
    #[serde(rename = "box", default)]
    pub key: String,
}

/// A source, with a name that tells it apart from the others.
pub(super) type Named = (SourceId, String);

impl SourceSplit {
    pub(super) fn new((id, name): &Named, n: impl Fn(Option<RecordState>) -> usize) -> Self {
        let states = [None].into_iter().chain(RecordState::ALL.map(Some));
        Self {
            source: name.clone(),
            records: n(None),
            certain: n(Some(RecordState::Certain)),
            review: n(Some(RecordState::Review)),
            related: n(Some(RecordState::Related)),
            unique: n(Some(RecordState::Unique)),
            boxes: states.map(|state| DedupBox::Of(*id, state).to_string()).collect(),
        }
    }
}

impl SourcePair {
    pub(super) fn new(a: &Named, b: &Named, n: usize) -> Self {
        Self { a: a.1.clone(), b: b.1.clone(), n, key: DedupBox::Merged(Some((a.0, b.0))).to_string() }
    }
}

/// Names of sources; where two are called the same, with their platforms.
pub(super) fn named(sources: &[store::SourceRow]) -> Vec<Named> {
    let twice = |row: &store::SourceRow| sources.iter().filter(|other| other.name == row.name).count() > 1 && !row.platform.is_empty();
    let name = |row: &store::SourceRow| if twice(row) { format!("{} ({})", row.name, row.platform) } else { row.name.clone() };
    sources.iter().map(|row| (SourceId(row.id), name(row))).collect()
}

/// A live record, as the figures see it.
struct Placed {
    citation: Uuid,
    source: SourceId,
    state: RecordState,
    /// The source of its citation's first record, unless it is that itself.
    beside: Option<SourceId>,
}

impl Placed {
    /// The figures that count it.
    fn boxes(&self) -> impl Iterator<Item = DedupBox> {
        let merged = self.beside.map(|first| [DedupBox::Merged(None), DedupBox::Merged(Some((first, self.source)))]);
        [DedupBox::Of(self.source, None), DedupBox::Of(self.source, Some(self.state))].into_iter().chain(merged.into_iter().flatten())
    }
}

/// Every live record; the first of a citation is the one whose source comes first in the review's order.
fn placed(sources: &[Named], standing: &[Standing], asked: &HashSet<Uuid>, related: &HashSet<Uuid>) -> Vec<Placed> {
    let position: HashMap<Uuid, usize> = sources.iter().enumerate().map(|(at, (id, _))| (id.0, at)).collect();
    let mut citations: BTreeMap<Uuid, Vec<(usize, &Standing)>> = BTreeMap::new();
    for record in standing.iter().filter(|record| record.active) {
        let held = citations.entry(record.citation_id).or_default();
        held.extend(position.get(&record.source_id).map(|at| (*at, record)));
    }
    let mut found = Vec::with_capacity(standing.len());
    for (citation, mut held) in citations {
        held.sort_by_key(|(at, record)| (*at, record.id));
        let several = held.len() > 1;
        for (i, (at, record)) in held.iter().enumerate() {
            let state = match () {
                () if several => RecordState::Certain,
                () if asked.contains(&record.id) => RecordState::Review,
                () if related.contains(&record.id) => RecordState::Related,
                () => RecordState::Unique,
            };
            found.push(Placed { citation, source: sources[*at].0, state, beside: (i > 0).then(|| sources[held[0].0].0) });
        }
    }
    found
}

/// What there is to say of the records of a review.
pub(super) struct Figures {
    sources: Vec<Named>,
    placed: Vec<Placed>,
    /// Questions for a person.
    pub to_review: usize,
    /// Pairs about the same work that are not the same publication.
    pub related: usize,
}

impl Figures {
    fn counts(&self) -> HashMap<DedupBox, usize> {
        let mut counts = HashMap::new();
        self.placed.iter().flat_map(Placed::boxes).for_each(|counted| *counts.entry(counted).or_default() += 1);
        counts
    }

    /// Live records, and the citations that hold them. Those that a file takes out or brings back are grouped again little by little: what
    /// the citations' own table says may be behind meanwhile, and is not asked.
    pub fn totals(&self) -> (i64, i64) {
        let citations: HashSet<Uuid> = self.placed.iter().map(|record| record.citation).collect();
        (self.placed.len() as i64, citations.len() as i64)
    }

    /// By source, those without records left out; and by pair of sources.
    pub fn tables(&self) -> (Vec<SourceSplit>, Vec<SourcePair>) {
        let counts = self.counts();
        let n = |counted| counts.get(&counted).copied().unwrap_or_default();
        let split = |source: &Named| SourceSplit::new(source, |state| n(DedupBox::Of(source.0, state)));
        let pairs = self.sources.iter().flat_map(|a| self.sources.iter().map(move |b| (a, b)));
        let pairs = pairs.map(|(a, b)| SourcePair::new(a, b, n(DedupBox::Merged(Some((a.0, b.0))))));
        (self.sources.iter().map(split).filter(|split| split.records > 0).collect(), pairs.filter(|pair| pair.n > 0).collect())
    }

    fn behind(&self, asked: DedupBox) -> Behind {
        let counted: Vec<Uuid> = self.placed.iter().filter(|record| record.boxes().any(|of| of == asked)).map(|of| of.citation).collect();
        let name = |id: SourceId| self.sources.iter().find(|(other, _)| *other == id).map_or("", |(_, name)| name.as_str());
        Behind {
            label: match asked {
                DedupBox::Merged(None) => L10n::new("重複として統合したレコード", "Records merged as duplicates"),
                DedupBox::Merged(Some((a, b))) if a == b => {
                    L10n::new(&format!("{}の中の重複", name(a)), &format!("Duplicates within {}", name(a)))
                }
                DedupBox::Merged(Some((a, b))) => {
                    L10n::new(&format!("{}と{}の重複", name(a), name(b)), &format!("Duplicates between {} and {}", name(a), name(b)))
                }
                DedupBox::Of(source, state) => {
                    let (ja, en) = match state {
                        None => ("レコード", "records"),
                        Some(RecordState::Certain) => ("重複あり", "shared"),
                        Some(RecordState::Review) => ("要確認", "to look at"),
                        Some(RecordState::Related) => ("関連文献", "related"),
                        Some(RecordState::Unique) => ("重複なし", "only there"),
                    };
                    L10n::new(&format!("{}の{ja}", name(source)), &format!("{}: {en}", name(source)))
                }
            },
            n: counted.len() as u64,
            citations: counted.into_iter().collect::<BTreeSet<Uuid>>().into_iter().collect(),
        }
    }
}

impl App {
    pub(super) async fn dedup_figures(&self, review: Uuid) -> AppResult<Figures> {
        let db = self.db();
        let sources = named(&store::sources::list(&db, review).await?);
        let standing = store::records::standing(&db, review).await?;
        let open = self.questions(review).await?;
        let related = store::links::standing(&db, review, "related").await?;
        let asked = open.iter().flat_map(Listed::records).collect();
        let relatives = related.iter().flat_map(|said| [said.record_a, said.record_b]).collect();
        Ok(Figures { placed: placed(&sources, &standing, &asked, &relatives), sources, to_review: open.len(), related: related.len() })
    }

    /// What a figure about deduplication counts.
    pub(super) async fn dedup_behind(&self, review: Uuid, asked: DedupBox) -> AppResult<Behind> {
        Ok(self.dedup_figures(review).await?.behind(asked))
    }
}
