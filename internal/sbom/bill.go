package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// ours begins the path of every module of this repository.
const ours = "github.com/socialprescribing/sp"

// A Bill is a software bill of materials, as CycloneDX 1.5 has it. It has no time and no serial
// number, so that it is the same whenever it is made.
type Bill struct {
	Format     string      `json:"bomFormat"`
	Spec       string      `json:"specVersion"`
	Version    int         `json:"version"`
	Metadata   Metadata    `json:"metadata"`
	Components []Component `json:"components"`
	Depends    []Depends   `json:"dependencies"`
}

// Metadata says what the bill is of.
type Metadata struct {
	Component Component `json:"component"`
}

// A Component is a module.
type Component struct {
	Type     string    `json:"type"`
	Ref      string    `json:"bom-ref"`
	Name     string    `json:"name"`
	Version  string    `json:"version,omitempty"`
	URL      string    `json:"purl"`
	Licences []Licence `json:"licenses"`
}

// A Licence is one by its SPDX identifier.
type Licence struct {
	License struct {
		ID string `json:"id"`
	} `json:"license"`
}

// Depends lists what a module links.
type Depends struct {
	Ref string   `json:"ref"`
	On  []string `json:"dependsOn"`
}

// A module is one as the go command tells of it.
type module struct {
	Path, Version, Dir string
	Main               bool
	Replace            *module
}

// linked returns the modules whose packages a program links that imports everything in the module
// in a folder, in order of their paths. That module comes first.
func linked(dir string) ([]module, error) {
	command := exec.Command("go", "list", "-deps", "-json=Module", "./...")
	command.Dir = dir
	command.Env = append(os.Environ(), "GOWORK=off")
	var said strings.Builder
	command.Stderr = &said
	out, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("list packages of %s: %w: %s", dir, err, said.String())
	}
	seen := make(map[string]module)
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct{ Module *module }
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, fmt.Errorf("list packages of %s: %w", dir, err)
		}
		if p.Module != nil { // the standard library has none
			seen[p.Module.Path] = *p.Module
		}
	}
	var all []module
	for _, m := range seen {
		all = append(all, m)
	}
	slices.SortFunc(all, func(a, b module) int {
		if a.Main != b.Main {
			if a.Main {
				return -1
			}
			return 1
		}
		return strings.Compare(a.Path, b.Path)
	})
	return all, nil
}

// billOf makes the bill of the module in a folder.
func billOf(dir, version string) (Bill, error) {
	modules, err := linked(dir)
	if err != nil {
		return Bill{}, err
	}
	b := Bill{Format: "CycloneDX", Spec: "1.5", Version: 1, Components: []Component{}}
	var faults []error
	for _, m := range modules {
		licences, err := licenceOf(m)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		if strings.HasPrefix(m.Path+"/", ours+"/") {
			m.Version = version // all have one
		}
		c := component(m, licences)
		if m.Main {
			b.Metadata.Component = c
			continue
		}
		b.Components = append(b.Components, c)
	}
	d := Depends{Ref: b.Metadata.Component.Ref, On: []string{}}
	for _, c := range b.Components {
		d.On = append(d.On, c.Ref)
	}
	b.Depends = []Depends{d}
	return b, errors.Join(faults...)
}

func component(m module, licences []string) Component {
	url := "pkg:golang/" + m.Path
	if m.Version != "" {
		url += "@" + strings.ReplaceAll(m.Version, "+", "%2B")
	}
	c := Component{Type: "library", Ref: url, Name: m.Path, Version: m.Version, URL: url, Licences: make([]Licence, len(licences))}
	for i, id := range licences {
		c.Licences[i].License.ID = id
	}
	return c
}
