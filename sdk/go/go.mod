module github.com/plugpacks/plugpacks/sdk/go

go 1.24
