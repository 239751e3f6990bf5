module github.com/nen-open/nen/sdks/go

go 1.25
