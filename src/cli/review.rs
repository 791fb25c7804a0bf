//! Commands on a review in the database: `import`, `export`, `reindex`. Whoever can open the database acts as a lead of the review.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use uuid::Uuid;

use super::place::{Place, block_on, progress};
use super::user::spoken;
use crate::app::citations::CitationQuery;
use crate::app::dedup::DedupOptions;
use crate::app::figure::FigureQuery;
use crate::app::imports::NewImport;
use crate::app::members::NewMember;
use crate::app::sources::{SearchInput, SourceInput};
use crate::app::uploads::ReadChoice;
use crate::app::{App, L10n, Member, Options};
use crate::export::records::RecordFormat;
use crate::model::Role;
use crate::{jobs, store};

/// How often a job is asked how far it has got.
const ASK: std::time::Duration = std::time::Duration::from_millis(100);

/// Which review.
#[derive(clap::Args, Clone, Debug)]
pub struct Which {
    #[command(flatten)]
    pub place: Place,
    /// The review: its id, or a part of its title; may be left out when there is only one
    #[arg(long)]
    pub review: Option<String>,
}

#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  erabi import --source MEDLINE --platform Ovid --date 2026-04-18 --hits 1204 --dedup medline.ris\n  erabi import --review \"case management\" --source 医中誌 --encoding cp932 ichushi.txt"
)]
pub struct ImportArgs {
    #[command(flatten)]
    pub which: Which,
    /// Name of the database or other source that was searched, e.g. MEDLINE; made when the review does not have it
    #[arg(long)]
    pub source: String,
    /// Where it was searched, e.g. Ovid
    #[arg(long, default_value = "")]
    pub platform: String,
    /// database, register, website, organisation, citation_searching or other
    #[arg(long, default_value = "database")]
    pub kind: String,
    /// How many hits the source showed
    #[arg(long)]
    pub hits: Option<i64>,
    /// When it was searched, e.g. 2026-04-18
    #[arg(long)]
    pub date: Option<String>,
    /// Format, when it is not recognised (see `erabi convert --help`)
    #[arg(long)]
    pub format: Option<String>,
    /// Encoding, when it is not recognised, e.g. cp932
    #[arg(long)]
    pub encoding: Option<String>,
    /// Import files although the same bytes were imported before
    #[arg(long)]
    pub force: bool,
    /// Look for duplicates afterwards
    #[arg(long)]
    pub dedup: bool,
    /// The export files of this one search
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
}

#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  erabi export --to pdf --lang en -o prisma.pdf\n  erabi export --to csv --box included_reports -o included.csv\n  erabi export --to audit-csv -o audit.csv"
)]
pub struct ExportArgs {
    #[command(flatten)]
    pub which: Which,
    /// Citations as ris, csv, bibtex, endnote-xml or jsonl; the PRISMA figure as svg, png or pdf; its numbers as prisma-csv or prisma-json; the trail as audit-csv
    #[arg(long, value_parser = ["ris", "csv", "bibtex", "endnote-xml", "jsonl", "svg", "png", "pdf", "prisma-csv", "prisma-json", "audit-csv"])]
    pub to: String,
    /// Language of labels: ja or en
    #[arg(long, default_value = "ja", value_parser = ["ja", "en"])]
    pub lang: String,
    /// Only citations behind this number of the figure, e.g. screened, sought, included_reports
    #[arg(long = "box")]
    pub flow_box: Option<String>,
    /// File to write instead of standard output
    #[arg(long, short)]
    pub output: Option<PathBuf>,
}

#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  erabi lead --review \"case management\" hanako")]
pub struct LeadArgs {
    #[command(flatten)]
    pub which: Which,
    /// Who shall lead: what they type to sign in
    pub login: String,
}

pub fn import(args: ImportArgs) -> Result<()> {
    block_on(async move {
        let (app, lead) = open(&args.which).await?;
        let search_id = search(&app, &lead, &args).await?;
        let worker = jobs::start(app.clone());
        for file in &args.files {
            import_file(&app, &lead, &args, search_id, file).await?;
        }
        if args.dedup {
            let started = app.start_dedup(&lead, DedupOptions::default()).await.map_err(spoken)?;
            let result = wait(&app, &lead, started.job_id, "duplicates").await?;
            println!("duplicates: {} citations, {} pairs to review", result["citations"], result["review"]);
        }
        worker.stop().await;
        Ok(())
    })
}

/// The search that the files belong to: a new one, at a source that is made when it is not there.
async fn search(app: &App, lead: &Member, args: &ImportArgs) -> Result<Uuid> {
    let sources = app.sources(lead).await.map_err(spoken)?;
    let known = sources.iter().find(|source| source.name == args.source && (args.platform.is_empty() || source.platform == args.platform));
    let source = match known {
        Some(source) => source.id,
        None => {
            let new = SourceInput { name: Some(args.source.clone()), platform: Some(args.platform.clone()), kind: Some(args.kind.clone()) };
            app.add_source(lead, new).await.map_err(spoken)?.id
        }
    };
    let new = SearchInput { searched_on: args.date.clone(), hits: args.hits, ..SearchInput::default() };
    Ok(app.add_search(lead, source, new).await.map_err(spoken)?.id)
}

async fn import_file(app: &App, lead: &Member, args: &ImportArgs, search_id: Uuid, file: &std::path::Path) -> Result<()> {
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let copy = app.blobs.incoming(&app.clock.id().to_string()).await?;
    tokio::fs::copy(file, &copy).await.with_context(|| format!("cannot read {}", file.display()))?;
    let choice = ReadChoice { format: args.format.clone(), encoding: args.encoding.clone(), ..ReadChoice::default() };
    let upload = app.upload(lead, &name, &copy, choice).await.map_err(|error| spoken(error).context(name.clone()))?;
    let new = NewImport {
        search_id,
        sha256: upload.sha256,
        file_name: name.clone(),
        format: args.format.clone(),
        encoding: args.encoding.clone(),
        force: args.force,
        ..NewImport::default()
    };
    let started = app.start_import(lead, new).await.map_err(|error| spoken(error).context(name.clone()))?;
    wait(app, lead, started.job_id, &name).await?;
    let import = app.import_summary(lead, started.import.id).await.map_err(spoken)?;
    println!(
        "{name}: format={} encoding={} entries={} records={} rejected={}",
        import.format, import.encoding, import.entries, import.records, import.rejected
    );
    Ok(())
}

/// Until the job is done; its result.
async fn wait(app: &App, lead: &Member, job: Uuid, what: &str) -> Result<serde_json::Value> {
    let bar = progress(0, what);
    loop {
        let job = app.job(lead, job).await.map_err(spoken)?;
        bar.set_length(u64::try_from(job.total).unwrap_or(0));
        bar.set_position(u64::try_from(job.done).unwrap_or(0));
        match job.state.as_str() {
            "done" => {
                bar.finish_and_clear();
                return Ok(job.result.unwrap_or_default());
            }
            "failed" => bail!("{what}: {}", job.error.unwrap_or_default()),
            _ => tokio::time::sleep(ASK).await,
        }
    }
}

pub fn export(args: ExportArgs) -> Result<()> {
    let bytes = block_on(async {
        let (app, lead) = open(&args.which).await?;
        let citations = |format| {
            let query = CitationQuery { flow_box: args.flow_box.clone(), ..CitationQuery::default() };
            app.export_citations(&lead, query, format)
        };
        let figure = FigureQuery { lang: Some(args.lang.clone()), ..FigureQuery::default() };
        match (RecordFormat::parse(&args.to), args.to.as_str()) {
            (Some(format), _) => citations(format).await,
            (None, "audit-csv") => app.audit_csv(&lead).await,
            (None, format) => app.figure(&lead, format.trim_start_matches("prisma-"), &figure).await.map(|made| made.bytes),
        }
        .map_err(spoken)
    })?;
    match &args.output {
        Some(path) => std::fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display())),
        None => Ok(std::io::stdout().lock().write_all(&bytes)?),
    }
}

/// Computes anew what is derived: which records are one citation, what it shows, outcomes, and the search index.
pub fn reindex(which: Which) -> Result<()> {
    block_on(async move {
        let app = which.place.open_existing(Options::default()).await?;
        let reviews = store::reviews::all(&app.db()).await?;
        let bar = progress(reviews.len() as u64, "reindexing");
        for review in reviews.iter().filter(|row| which.review.as_deref().is_none_or(|wanted| fits(row, wanted))) {
            app.regroup_all(review.id).await.map_err(spoken)?;
            app.rebuild_stages(review.id).await.map_err(spoken)?;
            app.rebuild_index(review.id).await.map_err(spoken)?;
            bar.inc(1);
        }
        bar.finish_and_clear();
        Ok(())
    })
}

/// As with passwords: whoever can run this owns the database, and the trail says that it was in the new lead's own name.
pub fn make_lead(args: LeadArgs) -> Result<()> {
    block_on(async move {
        let app = args.which.place.open_existing(Options::default()).await?;
        let user = store::accounts::user_by_login(&app.db(), &args.login.to_lowercase()).await?;
        let user = user.with_context(|| format!("there is no user {}; `erabi user list` shows them all", args.login))?;
        let review = one(&app, &args.which).await?;
        let screens = store::reviews::member(&app.db(), review, user.id).await?.map(|member| member.screens);
        let new = NewMember { user_id: user.id, role: "lead".into(), screens };
        let owner = Member { user, review, role: Role::Lead, screens: false };
        app.add_member(&owner, new).await.map_err(spoken)?;
        println!("{} leads the review now", owner.user.login);
        Ok(())
    })
}

fn fits(row: &store::ReviewRow, wanted: &str) -> bool {
    let title = L10n::from_json(&row.title);
    row.id.to_string() == wanted || title.ja.contains(wanted) || title.en.to_lowercase().contains(&wanted.to_lowercase())
}

/// The one review that is meant.
async fn one(app: &App, which: &Which) -> Result<Uuid> {
    let reviews = store::reviews::all(&app.db()).await?;
    let found: Vec<_> = reviews.iter().filter(|row| which.review.as_deref().is_none_or(|wanted| fits(row, wanted))).collect();
    match found.as_slice() {
        [one] => Ok(one.id),
        [] => bail!("no review fits; make one in the browser first"),
        several => {
            let list: Vec<String> = several.iter().map(|row| format!("  {}  {}", row.id, L10n::from_json(&row.title).get("en"))).collect();
            bail!("several reviews fit; choose one with --review:\n{}", list.join("\n"));
        }
    }
}

/// The program, and a lead of the review.
async fn open(which: &Which) -> Result<(App, Member)> {
    let app = which.place.open_existing(Options::default()).await?;
    let review = one(&app, which).await?;
    let members = store::reviews::members(&app.db(), review).await?;
    let lead = members.iter().find(|member| member.role == "lead").context("the review has no lead")?;
    let user = store::accounts::user(&app.db(), lead.user_id).await?.context("the lead has no account")?;
    let member = app.member(&user, review).await.map_err(spoken)?;
    Ok((app, member))
}
