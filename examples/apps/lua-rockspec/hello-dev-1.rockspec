rockspec_format = "3.0"
package = "hello"
version = "dev-1"
source = { url = "." }
description = { summary = "Says hello" }
dependencies = {
  "lua >= 5.1, < 5.5",
  "luasocket >= 3.0",
}
build = { type = "builtin", modules = {} }
