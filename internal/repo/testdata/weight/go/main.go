// A program that prints a word, with nothing of this library.
package main

import "fmt"

func main() { fmt.Println("hello") }
