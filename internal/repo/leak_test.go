package repo

import (
	"bytes"
	"encoding/base64"
	"encoding/gob"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"go/ast"
	"log/slog"
	"path"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	personal "github.com/socialprescribing/sp/internal/vocabulary"
)

// A typeName is a type by the folder of its package and its name.
type typeName struct{ dir, name string }

func (n typeName) String() string { return n.dir + "." + n.name }

// declared are all types of the module that users import, as they are written.
type declared struct {
	specs   map[typeName]*ast.TypeSpec
	files   map[typeName]*ast.File
	methods map[typeName][]string
}

func typesOf(t *testing.T) declared {
	t.Helper()
	all := declared{make(map[typeName]*ast.TypeSpec), make(map[typeName]*ast.File), make(map[typeName][]string)}
	for _, f := range folders(t) {
		if f.internal() || f.program() || strings.HasPrefix(f.path, "examples") {
			continue
		}
		for _, file := range f.shipped {
			for _, decl := range f.files[file].Decls {
				switch decl := decl.(type) {
				case *ast.GenDecl:
					for _, spec := range decl.Specs {
						if s, ok := spec.(*ast.TypeSpec); ok {
							n := typeName{f.path, s.Name.Name}
							all.specs[n], all.files[n] = s, f.files[file]
						}
					}
				case *ast.FuncDecl:
					if decl.Recv != nil {
						n := typeName{f.path, methodOf(decl)}
						all.methods[n] = append(all.methods[n], decl.Name.Name)
					}
				}
			}
		}
	}
	return all
}

// holders are the types of package sp that personal data is kept in.
var holders = []string{"Personal", "Plain", "NHSNumber"}

// holds reports whether a type holds personal data, itself or within what it is made of.
func (all declared) holds(n typeName, seen map[typeName]bool) bool {
	if n.dir == "." && slices.Contains(holders, n.name) {
		return true
	}
	spec := all.specs[n]
	if spec == nil || seen[n] {
		return false
	}
	seen[n] = true
	found := false
	var look func(ast.Node) bool
	look = func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.FuncType, *ast.InterfaceType:
			return false
		case *ast.Field: // of which the name is no type
			ast.Inspect(node.Type, look)
			return false
		case *ast.SelectorExpr:
			for _, spec := range all.files[n].Imports {
				imported, _ := strconv.Unquote(spec.Path.Value) // the parser has checked it
				base := path.Base(imported)
				if spec.Name != nil {
					base = spec.Name.Name
				}
				dir, ok := inside(imported)
				if x, is := node.X.(*ast.Ident); ok && is && base == x.Name && all.holds(typeName{dir, node.Sel.Name}, seen) {
					found = true
				}
			}
			return false
		case *ast.Ident:
			found = found || all.holds(typeName{n.dir, node.Name}, seen)
		}
		return true
	}
	ast.Inspect(spec.Type, look)
	return found
}

// find returns the exported types outside packages sp and geo that are of a kind, in order.
func (all declared) find(is func(typeName) bool) (found []string) {
	for n, spec := range all.specs {
		if spec.Name.IsExported() && n.dir != "." && n.dir != "geo" && is(n) {
			found = append(found, n.String())
		}
	}
	slices.Sort(found)
	return found
}

func (all declared) has(n typeName, methods ...string) bool {
	return slices.ContainsFunc(all.methods[n], func(m string) bool { return slices.Contains(methods, m) })
}

// nameOf returns the type of a value, as typeName writes it.
func nameOf(v any) string {
	t := reflect.TypeOf(v)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	name, _, _ := strings.Cut(t.Name(), "[") // of what, if it is generic
	return strings.TrimPrefix(t.PkgPath(), module+"/") + "." + name
}

// The probe of packages sp and geo stands in internal/vocabulary. This one finds every
// other type that holds personal data, or that took care to print itself, fills it with
// markers down to its hidden fields, and looks for them in whatever it prints.
func TestRepoHasNoTypeThatPrintsThePersonalDataItHolds(t *testing.T) {
	have := make(map[string]any)
	for _, v := range mayHold() {
		have[nameOf(v)] = v
	}
	all := typesOf(t)
	found := all.find(func(n typeName) bool {
		return all.holds(n, make(map[typeName]bool)) || all.has(n, "Format", "LogValue", "GoString")
	})
	require.Greater(t, len(found), 40)
	for _, name := range found {
		v, ok := have[name]
		if ok == (elsewhere[name] != "") {
			t.Errorf("%s may hold personal data: add a value of it to mayHold in this file, or say in elsewhere why it needs none", name)
		}
		if !ok {
			continue
		}
		t.Run(name, func(t *testing.T) {
			for _, bodies := range []bool{false, true} {
				held := reflect.New(reflect.TypeOf(v))
				f := filler{bodies: bodies && secret(name)}
				f.fill(held.Elem(), 0, false)
				for way, said := range printed(held) {
					for _, marker := range secrets {
						asked := way == "p" && f.bodies || asJSON(name) && (way == "json" || way == "slog") // %p looks into any struct
						if strings.Contains(said, marker) && !asked {
							t.Errorf("%s as %s shows %q: %s", name, way, marker, said)
						}
					}
				}
			}
		})
		delete(have, name)
	}
	require.Empty(t, have, "these need no probe")
}

// secrets are what markers look like: as text, in digits, in base64 and as lists of bytes.
var secrets = []string{
	personal.Marker, hex.EncodeToString([]byte(personal.Marker)), strings.ToUpper(hex.EncodeToString([]byte(personal.Marker))),
	base64.StdEncoding.EncodeToString([]byte(personal.Marker))[:12],
	strings.Trim(fmt.Sprintf("%d", []byte(personal.Marker)), "[]"), "0x5a, 0x65", "9434765919", "1959-03-14",
}

// printed returns what a value says, by the ways of printing it.
func printed(held reflect.Value) map[string]string {
	ways := make(map[string]string)
	v := held.Elem().Interface()
	holder := struct {
		Shown any
		List  []any
		Table map[string]any
	}{v, []any{v}, map[string]any{"x": v}}
	for _, v := range []any{v, held.Interface(), holder} {
		for verb := range strings.SplitSeq("v +v #v s q x X d t c U e g p T", " ") {
			ways[verb] += fmt.Sprintf("%"+verb+"\n", v)
		}
		var out bytes.Buffer
		for _, h := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
			slog.New(h).Info("x", "v", v, slog.Group("g", "v", v))
		}
		ways["slog"] += out.String()
		data, err := json.Marshal(v)
		ways["json"] += fmt.Sprintln(string(data), err)
		data, err = xml.Marshal(v)
		ways["xml"] += fmt.Sprintln(string(data), err)
		out.Reset()
		err = gob.NewEncoder(&out).Encode(v)
		ways["gob"] += fmt.Sprintln(out.String(), err)
		ways["error"] += fmt.Sprintln(fmt.Errorf("x: %v: %w", v, errors.New("y")))
	}
	return ways
}

// A filler puts markers into values.
type filler struct {
	bodies  bool // lists of bytes too
	markers int
}

// fill puts a marker into every place for personal data and into every list of bytes,
// hidden ones too, and one item into every list and table, so that there are such places.
func (f *filler) fill(v reflect.Value, depth int, inside bool) {
	const deepest = 12
	t := v.Type()
	name, _, _ := strings.Cut(t.Name(), "[")
	ours := t.PkgPath() == "" || t.PkgPath() == module || strings.HasPrefix(t.PkgPath(), module+"/")
	if depth > deepest || !ours {
		return
	}
	if !v.CanSet() {
		v = reflect.NewAt(t, unsafe.Pointer(v.UnsafeAddr())).Elem() // a hidden field
	}
	inside = inside || t.PkgPath() == module && slices.Contains(holders, name)
	switch v.Kind() { //nolint:exhaustive // the others hold nothing
	case reflect.String:
		if inside {
			v.SetString(personal.Marker)
			f.markers++
		}
	case reflect.Int32:
		if inside && t == reflect.TypeFor[sp.Date]() {
			v.SetInt(int64(sp.NewDate(1959, time.March, 14)))
			f.markers++
		}
	case reflect.Pointer:
		v.Set(reflect.New(t.Elem()))
		f.fill(v.Elem(), depth+1, inside)
	case reflect.Struct:
		for _, field := range v.Fields() {
			f.fill(field, depth+1, inside)
		}
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			if !f.bodies && !inside {
				return
			}
			v.SetBytes([]byte(personal.Marker))
			f.markers++
			return
		}
		v.Set(reflect.MakeSlice(t, 1, 1))
		f.fill(v.Index(0), depth+1, inside)
	case reflect.Array:
		for i := range v.Len() {
			f.fill(v.Index(i), depth+1, inside)
		}
	case reflect.Map:
		key, value := reflect.New(t.Key()).Elem(), reflect.New(t.Elem()).Elem()
		f.fill(key, depth+1, inside)
		f.fill(value, depth+1, inside)
		v.Set(reflect.MakeMap(t))
		if key.Comparable() {
			v.SetMapIndex(key, value)
		}
	}
}
