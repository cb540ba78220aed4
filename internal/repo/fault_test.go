package repo

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"
	"testing"
)

// The constants of sp.Fault are the codes that programs may meet, so nothing else is
// made one: no text in a call, and no field without a code.
func TestRepoGivesEveryFieldOfAnErrorACode(t *testing.T) {
	for _, f := range folders(t) {
		for _, file := range f.shipped {
			ast.Inspect(f.files[file], func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.CallExpr:
					if arg, found := faultArgument(f, n); found && !named(arg) {
						t.Errorf("%s: %s is no constant of sp.Fault", f.fset.Position(n.Pos()), f.source(arg))
					}
				case *ast.CompositeLit:
					if f.ofField(n) && !hasCode(n) {
						t.Errorf("%s: a field of an error has no code", f.fset.Position(n.Pos()))
					}
				}
				return true
			})
		}
	}
}

// faultArgument returns the code among the arguments of InvalidError.Check and sp.Invalid.
func faultArgument(f folder, call *ast.CallExpr) (ast.Expr, bool) {
	name := f.source(call.Fun)
	switch {
	case strings.HasSuffix(name, ".Check") && len(call.Args) == 4, name == "sp.Invalid" && len(call.Args) == 4, name == "Invalid" && f.path == ".":
		return call.Args[2], true
	case name == "invalidValue" && f.path == ".":
		return call.Args[1], true
	}
	return nil, false
}

// named reports whether an argument is a constant, or a parameter that hands one on.
func named(arg ast.Expr) bool {
	switch arg := arg.(type) {
	case *ast.Ident:
		return true
	case *ast.SelectorExpr:
		return true
	case *ast.BasicLit:
		return arg.Kind != token.STRING
	}
	return false
}

// ofField reports whether a literal is an sp.Field or a list of them.
func (f folder) ofField(lit *ast.CompositeLit) bool {
	if lit.Type == nil {
		return false
	}
	kind := f.source(lit.Type)
	return kind == "sp.Field" || kind == "[]sp.Field" || f.path == "." && (kind == "Field" || kind == "[]Field")
}

// hasCode reports whether every field in a literal has a code.
func hasCode(lit *ast.CompositeLit) bool {
	_, list := lit.Type.(*ast.ArrayType)
	if list {
		return !slices.ContainsFunc(lit.Elts, func(e ast.Expr) bool {
			inner, ok := e.(*ast.CompositeLit)
			return ok && !hasCode(inner)
		})
	}
	return len(lit.Elts) == 0 || slices.ContainsFunc(lit.Elts, func(e ast.Expr) bool {
		pair, ok := e.(*ast.KeyValueExpr)
		if !ok {
			return len(lit.Elts) == 3 // path, code and rule without their names
		}
		key, ok := pair.Key.(*ast.Ident)
		return ok && key.Name == "Code"
	})
}
