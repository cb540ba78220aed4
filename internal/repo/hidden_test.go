package repo

import (
	"go/ast"
	"slices"
	"strings"
	"testing"
)

// hidden lists what no package does behind its caller's back: reading a clock,
// drawing from a global source of chance, logging, printing, talking to a network.
var hidden = map[string][]string{
	"time":         {"Now", "Since", "Until", "Sleep", "After", "Tick", "NewTimer", "NewTicker", "AfterFunc"},
	"math/rand":    {"*"},
	"math/rand/v2": {"Int", "IntN", "Int32", "Int32N", "Int64", "Int64N", "Uint", "UintN", "Uint32", "Uint32N", "Uint64", "Uint64N", "N", "Float32", "Float64", "NormFloat64", "ExpFloat64", "Perm", "Shuffle"},
	"crypto/rand":  {"*"},
	"encoding/csv": {"NewReader"}, // internal/csvfile opens all that other people wrote
	"log":          {"*"},
	"log/slog":     {"Debug", "DebugContext", "Info", "InfoContext", "Warn", "WarnContext", "Error", "ErrorContext", "Log", "LogAttrs", "With", "Default", "SetDefault"},
	"fmt":          {"Print", "Printf", "Println"},
	"net/http":     {"*"},
	"net":          {"*"},
	"os":           {"Getenv", "LookupEnv", "Environ", "ExpandEnv", "Exit", "Stdin", "Stdout", "Stderr"},
	"os/exec":      {"*"},
	"os/signal":    {"*"},
	"unsafe":       {"*"},
}

// hiddenReasons lists the packages that may, and why.
var hiddenReasons = map[string]string{
	"person encoding/csv.NewReader":                                   "reads a list that it ships itself",
	"voice encoding/csv.NewReader":                                    "reads a list that it ships itself",
	"directory/internal/importer/importertest encoding/csv.NewReader": "is what readers are measured beside",
	"internal/pgserver os.Getenv":                                     "knows whether a missing server fails a test",
	"internal/pgserver os/exec.Command":                               "starts servers for tests",
	"internal/tier os.Getenv":                                         "tells tests how much time they have",
	"directory/walk net/http.Request":                                 "is sent by the caller's client, which alone opens connections",
	"directory/walk net/http.Response":                                "is what the caller's client returns",
	"directory/walk net/http.NewRequestWithContext":                   "makes what the caller's client sends",
	"internal/lives net/http.NewRequestWithContext":                   "makes what a service is asked in tests, and sends nothing",
	"rest/limit net.SplitHostPort":                                    "takes a text apart",
	"rest net/http.Request":                                           "is what a caller was asked",
	"rest net/http.ServeMux":                                          "is what a caller hangs its routes into",
	"rest net/http.ResponseWriter":                                    "is what a caller answers by",
	"rest net/http.MaxBytesReader":                                    "bounds what a caller was sent",
	"rest net/http.MaxBytesError":                                     "says that it was more",
	"internal/shared os.Getenv":                                       "tells a machine that must have the data from one that may lack it",
	"store/seal crypto/rand.Read":                                     "draws the keys of a folder, which nobody may be able to draw again",
	"store/storetest time.After":                                      "waits for a driver that hangs, so that its test ends",
	"store/postgres time.NewTimer":                                    "pauses between attempts to read how a commit ended",
}

func TestRepoDoesNothingBehindTheCallersBack(t *testing.T) {
	for _, f := range folders(t) {
		if f.program() || strings.HasPrefix(f.path, "examples") {
			continue // programs are the callers
		}
		for _, file := range f.shipped {
			parsed := f.files[file]
			names := make(map[string]string) // local name of an import to its path
			for _, spec := range parsed.Imports {
				imported := strings.Trim(spec.Path.Value, `"`)
				local := imported[strings.LastIndex(imported, "/")+1:]
				if strings.HasSuffix(imported, "/v2") {
					local = "rand"
				}
				if spec.Name != nil {
					local = spec.Name.Name
				}
				names[local] = imported
			}
			ast.Inspect(parsed, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.FuncDecl:
					if n.Recv == nil && n.Name.Name == "init" {
						t.Errorf("%s has a func init: nothing happens on import", file)
					}
				case *ast.SelectorExpr:
					pkg, ok := n.X.(*ast.Ident)
					if !ok {
						return true
					}
					imported := names[pkg.Name]
					banned := hidden[imported]
					word := imported == "net/http" && (strings.HasPrefix(n.Sel.Name, "Status") || strings.HasPrefix(n.Sel.Name, "Method"))
					if word || !slices.Contains(banned, n.Sel.Name) && !slices.Contains(banned, "*") {
						return true
					}
					if use := imported + "." + n.Sel.Name; hiddenReasons[f.path+" "+use] == "" {
						t.Errorf("%s: %s uses %s", f.fset.Position(n.Pos()), f.name(), use)
					}
				}
				return true
			})
		}
	}
}
