module example.com/nen-go

go 1.22
