rootProject.name = "hello"

include("app")
