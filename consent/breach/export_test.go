package breach

// Machine is for the tests that make mistakes in it.
var Machine = &machine
