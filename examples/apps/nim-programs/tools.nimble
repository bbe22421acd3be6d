version     = "0.1.0"
author      = "Plugpacks"
description = "Two programs"
license     = "MIT"
srcDir      = "src"
binDir      = "out"
bin         = @["fetch", "greet"]

requires "nim >= 1.6.0"
