//! Whether a program answers requests.

use super::source::GoFile;
use super::tree::Tree;

/// What a program does with the network, as its own code and that of the app's packages shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Serving {
    /// It does not listen.
    Nothing,
    /// It accepts connections that need not be HTTP.
    Connections,
    /// It answers HTTP requests.
    Http,
}

/// Libraries that a program imports in order to answer HTTP requests.
const HTTP_LIBRARIES: [&str; 19] = [
    "github.com/a-h/rest",
    "github.com/beego/beego",
    "github.com/buffalo",
    "github.com/cloudwego/hertz",
    "github.com/danielgtaylor/huma",
    "github.com/gin-gonic/gin",
    "github.com/go-fuego/fuego",
    "github.com/go-kratos/kratos/v2/transport/http",
    "github.com/gofiber/fiber",
    "github.com/gogf/gf",
    "github.com/gorilla/mux",
    "github.com/kataras/iris",
    "github.com/labstack/echo",
    "github.com/pocketbase/pocketbase",
    "github.com/urfave/negroni",
    "github.com/valyala/fasthttp",
    "github.com/zeromicro/go-zero/rest",
    "gofr.dev/pkg/gofr",
    "goa.design/goa",
];

/// Calls that answer HTTP requests.
const HTTP_CALLS: [&str; 4] = ["ListenAndServe", "http.Serve(", "http.ServeTLS(", "&http.Server{"];

/// Calls that accept connections.
const CONNECTION_CALLS: [&str; 4] = ["net.Listen(", "net.ListenTCP(", "grpc.NewServer(", "tls.Listen("];

/// What a program does with the network.
pub(crate) fn of(tree: &Tree, program: &str) -> Serving {
    let mut greatest = Serving::Nothing;
    for package in tree.graph(program) {
        greatest = package.iter().map(of_file).fold(greatest, Serving::max);
        if greatest == Serving::Http {
            break;
        }
    }
    greatest
}

fn of_file(file: &GoFile) -> Serving {
    let imports = |library: &&str| file.imports.iter().any(|path| path.starts_with(*library));
    let calls = |call: &&str| file.text.contains(*call);
    if HTTP_LIBRARIES.iter().any(imports) || HTTP_CALLS.iter().any(calls) {
        Serving::Http
    } else if CONNECTION_CALLS.iter().any(calls) {
        Serving::Connections
    } else {
        Serving::Nothing
    }
}
