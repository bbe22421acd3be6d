module example.com/plugpacks-provider-newlang

go 1.24

require github.com/plugpacks/plugpacks/sdk/go v0.1.0

replace github.com/plugpacks/plugpacks/sdk/go => ./sdk
