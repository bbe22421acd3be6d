//! A provider that does what the app's file `behaviour` names.

use plugpacks_sdk::{Context, Description, Edition, Error, Marker, PartialPlan, Phase, Provider, Result, Start};
use std::time::{Duration, Instant, SystemTime};

struct Hostile;

impl Provider for Hostile {
    fn describe(_: Edition) -> Description {
        Description::new("hostile", env!("CARGO_PKG_VERSION"), "What a sandbox must withstand")
            .marker(Marker::file("behaviour"))
    }

    fn detect(context: &Context) -> Result<bool> {
        match context.app.read_text("behaviour")?.trim() {
            "unrecognised" => Ok(false),
            "undetectable" => Err(Error::new("nobody knows whose app it is")),
            _ => Ok(true),
        }
    }

    fn plan(context: &Context) -> Result<Option<PartialPlan>> {
        let plan = PartialPlan::new().phase(Phase::setup(["hello"]));
        let started = |text: String| Ok(Some(plan.clone().start(Start::command(text))));
        let behaviour = context.app.read_text("behaviour")?;
        match behaviour.trim() {
            "loop" => loop {
                std::hint::black_box(());
            },
            "sleep" => {
                std::thread::sleep(Duration::from_secs(3600));
                started("slept".into())
            }
            "memory" => {
                let mut hoard = Vec::new();
                loop {
                    hoard.push(vec![1_u8; 1 << 20]);
                }
            }
            "recursion" => started(recurse(u64::MAX).to_string()),
            "panic" => panic!("this provider gives up"),
            "huge result" => started("x".repeat(8 << 20)),
            "many calls" => loop {
                context.diagnostics.because("a", "b");
            },
            "many reasons" => loop {
                context.diagnostics.because("a", &large(0));
            },
            "many warnings" => numbers(|number| context.diagnostics.warn(&large(number))),
            "many variables" => numbers(|number| drop(context.environment.get(&large(number)))),
            "many paths" => numbers(|number| drop(context.app.has_file(&large(number)))),
            "warn and crash" => {
                context.diagnostics.warn("it is too late");
                panic!("this provider gives up")
            }
            "exit" => {
                eprintln!("nothing to do");
                std::process::exit(3)
            }
            "controls" => {
                context.diagnostics.warn("fine\r\nError: forged\u{202e}\u{9b}2J");
                Err(Error::new("over\nError: forged\r").context("Reading\u{1b}[1m").hint("none\n\nWarning: forged"))
            }
            "instruction" => {
                Ok(Some(PartialPlan::new().phase(Phase::setup(["hello"]).apt_packages(["curl\nRUN evil"]))))
            }
            "files" => started(format!(
                "{:?} {:?} {:?}",
                std::fs::read_to_string("/etc/passwd").map_err(|error| error.kind()),
                std::fs::read_dir(".").map(|_| ()).map_err(|error| error.kind()),
                context.app.read_text("../secret").map_err(|error| error.to_string()),
            )),
            "environment" => started(format!(
                "{:?} {:?} {:?}",
                std::env::vars().count(),
                context.environment.get("HOME"),
                std::net::TcpStream::connect("127.0.0.1:80").map(|_| ()).map_err(|error| error.kind()),
            )),
            "clock and entropy" => {
                let before = Instant::now();
                let epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
                let random = std::collections::hash_map::RandomState::new();
                let hash = std::hash::BuildHasher::hash_one(&random, "x");
                started(format!("{:?} {epoch:?} {hash:x}", before.elapsed()))
            }
            "cycle" => context.catalog.plan_of("hostile"),
            "unknown provider" => context.catalog.plan_of("nobody"),
            "extend" => context.catalog.plan_of("staticfile"),
            "failure" => {
                Err(Error::new("the app is not what it seems").context("Reading behaviour").hint("Try another"))
            }
            "decline" => Ok(None),
            "warn" => {
                context.diagnostics.warn("once");
                context.diagnostics.warn("once");
                started("warned".into())
            }
            other => Err(Error::new(format!("no such behaviour: {other}"))),
        }
    }
}

/// A text of a mebibyte that is another one for each number.
fn large(number: u64) -> String {
    format!("{number}{}", "x".repeat(1 << 20))
}

/// Goes on with higher and higher numbers.
fn numbers<T>(go_on: impl Fn(u64)) -> T {
    let mut number = 0;
    loop {
        go_on(number);
        number += 1;
    }
}

#[allow(unconditional_recursion)]
fn recurse(depth: u64) -> u64 {
    let hoard = std::hint::black_box([depth; 1024]);
    recurse(depth - 1) + hoard[7]
}

plugpacks_sdk::export_provider!(Hostile);
