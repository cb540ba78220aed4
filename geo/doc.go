// Package geo says where something is: a point with its distance to another, a
// postcode, and a statistical or administrative area.
//
// Services and people are near each other or not, and money follows areas. A
// [Point] is a latitude and a longitude, a [Distance] a length in metres, a
// [Postcode] one of the United Kingdom, and an [Area] the code of a ward, a
// neighbourhood or a district together with the year of its boundaries. The zero
// value of each is unknown, and unknown is not far away:
//
//	morecambe := geo.Point{Lat: 54.0735, Lon: -2.8660}
//	_, known := morecambe.DistanceTo(geo.Point{})
//	fmt.Println(known) // false
//
// Distances are great circles, good for sorting and filtering. How long a journey
// takes is for the caller to say; package matching takes a function that does.
package geo
