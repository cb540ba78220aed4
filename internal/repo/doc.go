// Package repo holds the rules of the repository as tests, nested modules included:
// which package may import which and what none of them may do (imports_test.go), what
// each exports (api_test.go and testdata/api) and whether that is compatible with the last
// release (compatible_test.go), what is said about it (docs_test.go),
// the picture of the packages in the README (picture_test.go), and how large a function and
// a file may be (size_test.go and testdata/sizes.txt).
package repo
