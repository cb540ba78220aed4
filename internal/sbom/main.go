// Command sbom lists what a program links that imports a module of this repository: one software
// bill of materials for each module that is released, as CycloneDX 1.5 JSON, with the licence of
// each dependency as its own files state it.
//
//	go run ./internal/sbom -version v0.1.0 -out FOLDER
//	go run ./internal/sbom -out FOLDER . store/sqlite   # these modules alone
//
// It fails where a licence is not known, or is none of those under which a library may be linked
// into any program. What tests alone use is not linked, and not listed. The same go.sum gives the
// same bytes.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

func main() {
	if err := run(os.Args[1:], os.Stderr); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "sbom:", err)
		os.Exit(1)
	}
}

func run(args []string, stderr io.Writer) error {
	flags := flag.NewFlagSet("sbom", flag.ContinueOnError)
	flags.SetOutput(stderr)
	version := flags.String("version", "", "`version` of the modules, such as v0.1.0; empty is none yet")
	out := flags.String("out", "", "`folder` to write a file for each module to")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *out == "" {
		return errors.New("-out must name a folder")
	}
	dirs := flags.Args()
	if len(dirs) == 0 {
		var err error
		if dirs, err = released("."); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(*out, 0o755); err != nil {
		return err
	}
	for _, dir := range dirs {
		b, err := billOf(dir, *version)
		if err != nil {
			return err
		}
		text, err := json.MarshalIndent(b, "", "\t")
		if err != nil {
			return err
		}
		name := strings.ReplaceAll(filepath.ToSlash(filepath.Clean(dir)), "/", "-")
		if name == "." {
			name = "sp"
		}
		if err := os.WriteFile(filepath.Join(*out, name+".cdx.json"), append(text, '\n'), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// released returns the folders of the modules below root that users can fetch.
func released(root string) (dirs []string, err error) {
	command := exec.Command("git", "ls-files", "go.mod", "*/go.mod")
	command.Dir = root
	list, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("list modules: %w", err)
	}
	for file := range strings.FieldsSeq(string(list)) {
		text, err := os.ReadFile(filepath.Join(root, file))
		if err != nil {
			return nil, err
		}
		if !strings.Contains(string(text), "// Not released") {
			dirs = append(dirs, filepath.Dir(file))
		}
	}
	return dirs, nil
}
