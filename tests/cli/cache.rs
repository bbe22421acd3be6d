//! `cache`: what is kept of compiled providers.

use crate::support::{Workbench, component};

#[test]
fn compiled_providers_are_listed_removed_and_made() {
    let bench = Workbench::new();
    std::fs::copy(component("tests/guests/hostile"), bench.path("hostile.wasm")).unwrap();
    let show = || bench.run(&["cache", "show"]).success().to_owned();
    assert_eq!(show(), "[BENCH]/cache/plugpacks/components\n0 compiled providers, 0 KiB\n");

    let prewarm = || bench.run(&["cache", "prewarm", "hostile.wasm"]).success().to_owned();
    assert_eq!(prewarm(), "hostile.wasm: hostile 0.1.0 is kept\n");
    assert_eq!(prewarm(), "hostile.wasm: hostile 0.1.0 is kept\n");
    let shown = show();
    let [_, heading, row, total] = shown.lines().collect::<Vec<_>>().try_into().unwrap();
    assert_eq!(heading.split_whitespace().collect::<Vec<_>>(), ["PROVIDER", "SIZE", "LAST", "USE", "USED", "BY"]);
    let words: Vec<_> = row.split_whitespace().collect();
    assert_eq!(words[..2], ["hostile", "0.1.0"], "{row}");
    assert_eq!(words[words.len() - 3..], ["today", "this", "Plugpacks"], "{row}");
    assert!(total.starts_with("1 compiled provider, "), "{total}");

    assert!(bench.run(&["cache", "clear"]).success().starts_with("1 compiled provider removed, "));
    assert!(show().ends_with("\n0 compiled providers, 0 KiB\n"));
}

#[test]
fn what_is_no_provider_is_not_kept() {
    let bench = Workbench::new();
    bench.app("app", &[("a.wasm", "text")]);
    let outcome = bench.run(&["cache", "prewarm", "app/a.wasm"]);
    assert!(outcome.failure().contains("`app/a.wasm`"), "{}", outcome.stderr);
}

#[test]
fn a_cache_that_cannot_be_used_is_an_error_of_its_commands() {
    let bench = Workbench::new();
    std::fs::write(bench.path("cache"), "not a directory").unwrap();
    for action in ["show", "clear"] {
        let outcome = bench.run(&["cache", action]);
        assert!(outcome.failure().contains("Error: Compiled providers are not kept"), "{}", outcome.stderr);
    }
}
