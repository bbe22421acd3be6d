# Package

version       = "0.1.0"
author        = "Plugpacks"
description   = "A greeting over HTTP"
license       = "MIT"
srcDir        = "src"
bin           = @["greeting"]

# Dependencies

requires "nim >= 1.6.0"
