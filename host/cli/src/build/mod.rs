//! `build`: arguments become a request, the request is checked, then it runs.

mod arguments;
mod report;
mod request;
mod saved;

pub(super) use arguments::Arguments;

use super::options::GivenOptions;
use super::{Reasons, interrupt, print, say, show, table, terminal, warn};
use plugpacks::builder::{Delivery, Progress, Redactor, Screen, Secret};
use plugpacks::error::{Error, Result};
use plugpacks::image::{self, AppCopy, Event, Image, ImageRequest};
use plugpacks::planner::{self, Planned};
use report::{Report, write_whole};
use std::cell::RefCell;
use std::io::IsTerminal as _;

pub(super) fn run(arguments: &Arguments, options: &GivenOptions) -> Result<()> {
    if let (Some(_), Some(option)) = (&arguments.plan, options.conflict_with_saved_plan()) {
        super::refuse(&format!("the argument '--plan <FILE>' cannot be used with '{option}'"));
    }
    let report = RefCell::new(Report::new());
    let secrets = request::secrets(arguments);
    let redactor = secrets.as_ref().map_or_else(|_| Redactor::default(), |secrets| Redactor::new(secrets));
    super::hide(redactor.clone());
    let result = secrets.and_then(|secrets| plan_and_build(arguments, options, secrets, &report));
    if let Some(file) = &arguments.result {
        match (report.borrow().write(file, &result, &redactor), &result) {
            (Err(error), Ok(())) => return Err(error),
            (Err(error), Err(_)) => warn(&error.to_string()),
            (Ok(()), _) => {}
        }
    }
    result
}

fn plan_and_build(
    arguments: &Arguments,
    options: &GivenOptions,
    secrets: Vec<Secret>,
    report: &RefCell<Report>,
) -> Result<()> {
    let planned = report.borrow_mut().timed("plan", || plan(arguments, options))?;
    report.borrow_mut().planned(&planned);
    let mut request = arguments.request(options, secrets)?;
    let events = |event: Event| {
        report.borrow_mut().note(&event);
        tell(&event, &planned);
    };
    if arguments.dockerfile {
        return print(&image::dockerfile(&planned, &request, &events)?);
    }
    if let Some(out) = &arguments.out {
        let app = if arguments.copy { AppCopy::Included } else { AppCopy::LeftOut };
        let written = image::write_files(&planned, &request, out, app, &events)?;
        say("\nSaved output to:\n");
        return print(&format!("{}\n", written.display()));
    }
    request.screen = screen(&mut request.builder_request.progress)?;
    request.interrupt = interrupt::watch();
    let image = image::build(&planned, &request, &events)?;
    report.borrow_mut().built(&image.built);
    if let Some(file) = &arguments.metadata_file {
        write_whole(file, &serde_json::Value::Object(image.built.metadata.clone()))?;
    }
    say(&farewell(&image, &request));
    if request.builder_request.writes_to_stdout() {
        return Ok(());
    }
    print(&format!("{}\n", request.builder_request.name()))
}

/// Says what happens.
fn tell(event: &Event, planned: &Planned) {
    match event {
        Event::Checked(phases) => {
            say(&table::render(concat!("Plugpacks v", env!("CARGO_PKG_VERSION")), &planned.plan, phases));
        }
        Event::Warning(text) => warn(text),
        Event::Chosen(builder, Some(reason), _) => say(&format!("Builder: {builder} ({reason})\n")),
        Event::Output(text) => say(text),
        _ => {}
    }
}

fn plan(arguments: &Arguments, options: &GivenOptions) -> Result<Planned> {
    let mut request = options.request(&arguments.path)?;
    request.platform = request::platforms(arguments)?.first().map(|platform| platform.as_str().to_owned());
    let planned = match &arguments.plan {
        Some(file) => saved::saved(file, &request, &options.catalog(&request, &arguments.fetching)?)?,
        None => planner::plan(&request, &options.catalog(&request, &arguments.fetching)?)?,
    };
    show(&planned.diagnostics, Reasons::Hidden);
    if let Some(subdirectory) = &planned.subdirectory {
        say(&format!("Using subdirectory \"{subdirectory}\"\n"));
    }
    Ok(planned)
}

/// How the build is shown. The builder itself never draws: nothing could be made of its words.
///
/// # Errors
/// A drawing is asked for, and there is no terminal.
fn screen(progress: &mut Progress) -> Result<Screen> {
    let screen = match progress {
        Progress::Json => return Ok(Screen::Json),
        Progress::Terminal if !std::io::stderr().is_terminal() => {
            return Err(Error::configuration("`--progress tty` needs a terminal")
                .cause("standard error is none")
                .hint("Use `--progress plain`"));
        }
        Progress::Terminal => Screen::Drawing(terminal::columns),
        Progress::Auto if terminal::can_be_drawn_on() => Screen::Drawing(terminal::columns),
        Progress::Auto | Progress::Plain => Screen::Lines,
    };
    *progress = Progress::Plain;
    Ok(screen)
}

/// What the user can do with the image.
fn farewell(image: &Image, request: &ImageRequest) -> String {
    let request = &request.builder_request;
    let next = match (image.runs_with, request.delivery) {
        _ if !request.outputs.is_empty() => String::new(),
        (_, Delivery::Push) => request
            .names
            .iter()
            .map(|name| format!("  {name}\n"))
            .fold("\nPushed:\n".to_owned(), |text, line| text + &line),
        (Some(program), _) => format!("\nRun:\n  {program} run -it {}\n", request.name()),
        (None, _) => String::new(),
    };
    format!("\n=== Successfully Built! ===\n{next}")
}
