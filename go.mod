module github.com/asynchooks/asynchooks

go 1.26
