// Package needs is about what a person lacks, what they have to build upon, and
// what matters to them.
package needs
