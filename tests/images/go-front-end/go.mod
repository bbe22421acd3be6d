module example.com/go-front-end

go 1.26
