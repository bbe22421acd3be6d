module example.com/go-programs

go 1.26
