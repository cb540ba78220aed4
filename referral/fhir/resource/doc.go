// Package resource reads and writes FHIR R4 JSON without losing anything.
//
// A partner's resource holds more than a program knows of: extensions of their supplier,
// elements of another guide, decimals whose zeros count. Structs drop what they have no
// field for, and maps forget the order and the spelling of numbers. An [Object] keeps the
// members of a JSON object as they were written. What is asked of it is read then, and
// what is not changed leaves byte for byte:
//
//	task, err := resource.Parse(body)
//	fmt.Println(task.Type(), task.Get("status").Text(), task.Get("for", "identifier", "value").Text())
//	task.Set("status", resource.Text("accepted"))
//	body = task.Append(nil)
//
// A [Value] is one JSON value that has been checked. FHIR knows nothing empty, so that
// [Text], [List] and an Object without members give no value at all, and what is no value
// is not written:
//
//	task.Set("note", resource.List(new(resource.Object).Set("text", resource.Text(said)).Value()))
//
// A [Bundle] holds resources in any order, and its [Index] finds what a reference means.
// [Lines] and [WriteLines] stream one resource a line (NDJSON), as bulk exports do. A
// [Time] is a date or time of which only the year may be known.
//
// The package knows nothing of social prescribing: package fhir translates.
package resource
