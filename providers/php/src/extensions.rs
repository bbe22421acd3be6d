//! Which extensions PHP is built with: those that the app and its locked packages require.

use crate::composer::Composer;
use crate::versions::WITH_JSON_EXTENSION;
use plugpacks_provider_support::release::Release;
use plugpacks_sdk::Context;
use std::collections::BTreeSet;

/// Extensions that are part of every PHP of nixpkgs: there is no package for them.
const BUILT_IN: [&str; 14] = [
    "core",
    "date",
    "hash",
    "lexbor",
    "libxml",
    "opcache",
    "pcre",
    "phar",
    "random",
    "reflection",
    "spl",
    "standard",
    "uri",
    "zend-opcache",
];

/// Packages that nixpkgs puts into a PHP that asks for none.
const ENABLED: [&str; 40] = [
    "bcmath",
    "calendar",
    "ctype",
    "curl",
    "dom",
    "exif",
    "fileinfo",
    "filter",
    "ftp",
    "gd",
    "gettext",
    "gmp",
    "iconv",
    "intl",
    "ldap",
    "mbstring",
    "mysqli",
    "mysqlnd",
    "openssl",
    "pcntl",
    "pdo",
    "pdo_mysql",
    "pdo_odbc",
    "pdo_pgsql",
    "pdo_sqlite",
    "pgsql",
    "posix",
    "readline",
    "session",
    "simplexml",
    "soap",
    "sockets",
    "sodium",
    "sqlite3",
    "sysvsem",
    "tokenizer",
    "xmlreader",
    "xmlwriter",
    "zip",
    "zlib",
];

/// Further packages of extensions in nixpkgs.
const PACKAGED: [&str; 68] = [
    "amqp",
    "apcu",
    "ast",
    "bz2",
    "couchbase",
    "datadog_trace",
    "dba",
    "decimal",
    "ds",
    "enchant",
    "event",
    "excimer",
    "ffi",
    "gnupg",
    "grpc",
    "igbinary",
    "imagick",
    "imap",
    "inotify",
    "ioncube-loader",
    "luasandbox",
    "mailparse",
    "maxminddb",
    "memcache",
    "memcached",
    "meminfo",
    "memprof",
    "mongodb",
    "msgpack",
    "oci8",
    "openswoole",
    "opentelemetry",
    "parallel",
    "pcov",
    "pdlib",
    "pdo_dblib",
    "pdo_oci",
    "pdo_sqlsrv",
    "phalcon",
    "pinba",
    "protobuf",
    "pspell",
    "rdkafka",
    "redis",
    "relay",
    "rrd",
    "shmop",
    "smbclient",
    "snmp",
    "snuffleupagus",
    "spx",
    "sqlsrv",
    "ssh2",
    "swoole",
    "sysvmsg",
    "sysvshm",
    "systemd",
    "tideways",
    "tidy",
    "uuid",
    "uv",
    "vld",
    "wikidiff2",
    "xdebug",
    "xml",
    "xsl",
    "yaml",
    "zstd",
];

/// What is known of an extension.
#[derive(Debug, PartialEq, Eq)]
enum Extension {
    /// Every PHP has it.
    BuiltIn,
    /// A package that a PHP has without being asked.
    Enabled,
    /// A package.
    Packaged,
    /// No package of nixpkgs has this name.
    Unknown,
}

impl Extension {
    fn of(name: &str, php: &Release) -> Self {
        if name == "json" {
            return if php.version == WITH_JSON_EXTENSION { Self::Enabled } else { Self::BuiltIn };
        }
        if BUILT_IN.contains(&name) {
            Self::BuiltIn
        } else if ENABLED.contains(&name) {
            Self::Enabled
        } else if PACKAGED.contains(&name) {
            Self::Packaged
        } else {
            Self::Unknown
        }
    }
}

/// The packages of the extensions that the app requires, and of those that its locked packages require
/// besides. What nixpkgs does not have is left out with a warning: Composer is told not to look for it.
pub(crate) fn required(context: &Context, composer: &Composer, php: &Release) -> Vec<String> {
    let mut packages = BTreeSet::new();
    for name in composer.extensions() {
        match Extension::of(name, php) {
            Extension::BuiltIn => {}
            Extension::Enabled | Extension::Packaged => drop(packages.insert(name.to_owned())),
            Extension::Unknown => warn_of_unknown(context, name, "composer.json"),
        }
    }
    for (package, name) in composer.locked_extensions() {
        match Extension::of(name, php) {
            Extension::BuiltIn | Extension::Enabled => {}
            Extension::Packaged => drop(packages.insert(name.to_owned())),
            Extension::Unknown => warn_of_unknown(context, name, &format!("{package} in composer.lock")),
        }
    }
    packages.into_iter().collect()
}

fn warn_of_unknown(context: &Context, name: &str, source: &str) {
    context
        .diagnostics
        .warn(format!("nixpkgs has no PHP extension {name:?}, which {source} requires: the app is built without it"));
}
