package postgres_test

const writerEnv = "SP_POSTGRES_WRITER"

func write() {}
