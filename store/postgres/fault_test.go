package postgres_test

import (
	"time"
)

const (
	writerEnv = "SP_POSTGRES_WRITER"
	patience  = 30 * time.Second
	tick      = 5 * time.Millisecond
)

func write() {}
