"""A peer over one set: peer.py bib-dedupe|splink RECORDS.csv CLUSTERS.csv; prints `work_seconds seconds peak_kib peak_kib_before`.

One rule: defaults, one process, no tuning on the set. Work begins when the records are in memory and the package is loaded.
"""

import resource
import sys
import time

import pandas as pd


def bib_dedupe():
    from bib_dedupe.bib_dedupe import block, cluster, match, prep

    return lambda records: cluster(match(block(prep(records, cpu=1), cpu=1), cpu=1))


def splink():
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            cl.JaroWinklerAtThresholds("title", [0.97, 0.9, 0.8]),
            cl.JaroWinklerAtThresholds("author", [0.95, 0.85, 0.7]),
            cl.JaroWinklerAtThresholds("journal", [0.95, 0.8]),
            cl.ExactMatch("year"),
            cl.ExactMatch("volume"),
            cl.ExactMatch("pages"),
            cl.ExactMatch("doi"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("doi"), block_on("head"), block_on("volume", "pages"), block_on("first", "year"), block_on("year", "pages"),
        ],
    )

    def find(records):
        table = records.rename(columns={"ID": "unique_id"}).drop(columns=["abstract"])
        table["first"] = table["author"].str.split(",").str[0].str.lower()
        table["head"] = table["title"].str.lower().str.slice(0, 20)
        linker = Linker(table.replace("", None), settings, DuckDBAPI())
        linker.training.estimate_probability_two_random_records_match([block_on("title", "year")], recall=0.8)
        linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
        for rule in (block_on("head"), block_on("first", "year")):
            linker.training.estimate_parameters_using_expectation_maximisation(rule)
        pairs = linker.inference.predict(threshold_match_probability=0.95)
        found = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, 0.95).as_pandas_dataframe()
        return found.groupby("cluster_id")["unique_id"].apply(list).tolist()

    return find


def peak_kib():
    """The most memory this process has held: its own, not that of the one it was forked from."""
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))
    except (OSError, StopIteration):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main(tool, source, target):
    records = pd.read_csv(source, dtype=str, keep_default_na=False)
    find = {"bib-dedupe": bib_dedupe, "splink": splink}[tool]()
    begun, before = time.process_time(), peak_kib()
    groups = find(records)
    work = time.process_time() - begun
    place = {i: str(n) for n, group in enumerate(groups) if len(group) > 1 for i in group}
    ids = records["ID"]
    pd.DataFrame({"id": ids, "cluster": [place.get(i, "s" + i) for i in ids]}).to_csv(target, index=False)
    print(work, time.process_time(), peak_kib(), before)


if __name__ == "__main__":
    main(*sys.argv[1:])
