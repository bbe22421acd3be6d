//! What is read of a module.

use super::*;

fn imported(text: &str) -> Vec<String> {
    let shown = |import: &Import| {
        let dots = ".".repeat(import.level);
        let item = import.item.as_ref().map_or(String::new(), |item| format!(":{item}"));
        format!("{}={dots}{}{item}", import.name, import.module)
    };
    Source::parse(text).imports.iter().map(shown).collect()
}

#[test]
fn every_form_of_import() {
    assert_eq!(imported("import os, numpy as np\nimport falcon.asgi\n"), ["os=os", "np=numpy", "falcon=falcon"]);
    let several = "from fastapi import (\n    FastAPI as Api,  # the app\n    Request,\n)\n";
    assert_eq!(imported(several), ["Api=fastapi:FastAPI", "Request=fastapi:Request"]);
    assert_eq!(imported("from . import db\nfrom ..shop.web import app\n"), ["db=.:db", "app=..shop.web:app"]);
    assert_eq!(imported("try:\n    import uvloop\nexcept ImportError:\n    pass\n"), ["uvloop=uvloop"]);
    assert_eq!(imported("'''\nimport os\n'''\n# import sys\ns = \"import re\"\n"), [""; 0]);
}

#[test]
fn blocks_that_run_at_once_are_part_of_the_top_level() {
    let text = "with Configurator() as config:\n    if debug:\n        app = 1\n    app = config.make_wsgi_app()\n\
                def later():\n    other = 1\n";
    let names: Vec<_> = Source::parse(text).assignments.into_iter().map(|assignment| assignment.value).collect();
    assert_eq!(names, ["config.make_wsgi_app()"]);
}

#[test]
fn a_name_is_traced_to_where_it_comes_from() {
    let source = Source::parse("import fastapi\nfrom falcon import asgi\nfrom fasthtml.common import *\n");
    assert_eq!(source.origin("fastapi.FastAPI"), "fastapi.FastAPI");
    assert_eq!(source.origin("asgi.App"), "falcon.asgi.App");
    assert_eq!(source.origin("FastHTML"), "FastHTML");
    assert_eq!(source.origins("FastHTML"), ["FastHTML", "fasthtml.common.FastHTML"]);
    assert_eq!(Source::parse("from .web import app\n").origin("app"), "web.app");
}

#[test]
fn names_get_values() {
    let source = Source::parse(
        "app: FastAPI = FastAPI(\n    title='a = b',\n)\nrt, server = make(1)\na = b = flask.Flask(__name__)\n\
         app.secret = 'x'\nd['k'] = 1\nif x == 1: pass\n    inner = Flask()\n",
    );
    let shown = |a: &Assignment| format!("{} {:?}", a.name, a.callee());
    let names: Vec<_> = source.assignments.iter().map(shown).collect();
    let expected = [
        "app Some(\"FastAPI\")",
        "rt Some(\"make\")",
        "server Some(\"make\")",
        "a Some(\"flask.Flask\")",
        "b Some(\"flask.Flask\")",
    ];
    assert_eq!(names, expected);
    assert_eq!(source.assignments[0].annotation.as_deref(), Some("FastAPI"));
}

#[test]
fn functions_and_what_they_need() {
    let source = Source::parse(
        "def create_app(config: dict[str, int] = {}, *args, **more) -> Flask:\n    app = Flask()\n\
         async def app(scope, receive, send):\n    ...\ndef make(\n    name,\n): ...\n",
    );
    let shown = |f: &Function| format!("{} {} {}", f.name, f.is_async, f.needs_nothing);
    let heads: Vec<_> = source.functions.iter().map(shown).collect();
    assert_eq!(heads, ["create_app false true", "app true false", "make false false"]);
    assert_eq!(source.functions[1].parameters, ["scope", "receive", "send"]);
}

#[test]
fn what_is_called_at_the_top_and_what_only_when_run() {
    let guarded = Source::parse("app = Flask(__name__)\nif __name__ == '__main__':\n    app.run()\n");
    assert!(guarded.has_guard);
    assert_eq!(guarded.calls, [""; 0]);
    let plain = Source::parse("print('hello')\napp.run(\n  debug=True)\n");
    assert_eq!(plain.calls, ["print", "app.run"]);
}

#[test]
fn mistakes_do_no_harm() {
    for text in ["app = 'no end\nimport os\n", "'''no end", "(((", ")))\nimport os", "def", "from x", "\\", "é = è("]
    {
        Source::parse(text);
    }
    assert_eq!(imported("app = 'no end\nimport os\n"), ["os=os"]);
}
