switch("define", "ssl")
