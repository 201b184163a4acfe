package main

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

const tileHeight = 8

// store keeps hashes in tlog's order of storage.
type store []tlog.Hash

func (s store) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if index >= int64(len(s)) {
			return nil, fmt.Errorf("hash %d was not stored", index)
		}
		hashes[i] = s[index]
	}
	return hashes, nil
}

func storeOf(leaves []string) (store, error) {
	var s store
	for i, leaf := range leaves {
		hash, err := parseHash(leaf)
		if err != nil {
			return nil, err
		}
		more, err := tlog.StoredHashesForRecordHash(int64(i), hash, s)
		if err != nil {
			return nil, err
		}
		s = append(s, more...)
	}
	return s, nil
}

func parseHash(text string) (tlog.Hash, error) {
	var hash tlog.Hash
	raw, err := hex.DecodeString(text)
	if err != nil || len(raw) != len(hash) {
		return hash, fmt.Errorf("%q is not a hash", text)
	}
	copy(hash[:], raw)
	return hash, nil
}

func parseHashes(texts []string) ([]tlog.Hash, error) {
	hashes := []tlog.Hash{}
	for _, text := range texts {
		hash, err := parseHash(text)
		if err != nil {
			return nil, err
		}
		hashes = append(hashes, hash)
	}
	return hashes, nil
}

func texts(hashes []tlog.Hash) []string {
	out := []string{}
	for _, hash := range hashes {
		out = append(out, hex.EncodeToString(hash[:]))
	}
	return out
}

// merkle gives root and proofs of a tree of leaf hashes.
func merkle(input json.RawMessage) (any, error) {
	var in struct {
		Leaves  []string `json:"leaves"`
		Index   int64    `json:"index"`
		OldSize int64    `json:"oldSize"`
	}
	if err := json.Unmarshal(input, &in); err != nil {
		return nil, err
	}
	s, err := storeOf(in.Leaves)
	if err != nil {
		return nil, err
	}
	size := int64(len(in.Leaves))
	root, err := tlog.TreeHash(size, s)
	if err != nil {
		return nil, err
	}
	record, err := tlog.ProveRecord(size, in.Index, s)
	if err != nil {
		return nil, err
	}
	tree, err := tlog.ProveTree(size, in.OldSize, s)
	if err != nil {
		return nil, err
	}
	return map[string]any{"root": hex.EncodeToString(root[:]), "inclusion": texts(record), "consistency": texts(tree)}, nil
}

// checkProofs verifies an inclusion and a consistency proof.
func checkProofs(input json.RawMessage) (any, error) {
	var in struct {
		Size, Index, OldSize   int64
		Root, OldRoot, Leaf    string
		Inclusion, Consistency []string
	}
	if err := json.Unmarshal(input, &in); err != nil {
		return nil, err
	}
	fixed, err := parseHashes([]string{in.Root, in.OldRoot, in.Leaf})
	if err != nil {
		return nil, err
	}
	inclusion, err := parseHashes(in.Inclusion)
	if err != nil {
		return nil, err
	}
	consistency, err := parseHashes(in.Consistency)
	if err != nil {
		return nil, err
	}
	if err := tlog.CheckRecord(tlog.RecordProof(inclusion), in.Size, fixed[0], in.Index, fixed[2]); err != nil {
		return nil, fmt.Errorf("inclusion: %w", err)
	}
	if err := tlog.CheckTree(tlog.TreeProof(consistency), in.Size, fixed[0], in.OldSize, fixed[1]); err != nil {
		return nil, fmt.Errorf("consistency: %w", err)
	}
	return true, nil
}

// tilePath is the tile's path as c2sp.org/tlog-tiles has it: without the height, which is always 8 there.
func tilePath(t tlog.Tile) string {
	return strings.Replace(t.Path(), fmt.Sprintf("tile/%d/", tileHeight), "tile/", 1)
}

// tiles gives the tiles that come anew between two sizes of a tree.
func tiles(input json.RawMessage) (any, error) {
	var in struct {
		Leaves  []string `json:"leaves"`
		OldSize int64    `json:"oldSize"`
	}
	if err := json.Unmarshal(input, &in); err != nil {
		return nil, err
	}
	s, err := storeOf(in.Leaves)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, tile := range tlog.NewTiles(tileHeight, in.OldSize, int64(len(in.Leaves))) {
		data, err := tlog.ReadTileData(tile, s)
		if err != nil {
			return nil, err
		}
		out[tilePath(tile)] = base64.StdEncoding.EncodeToString(data)
	}
	return out, nil
}

// given serves tiles that were given with the request.
type given map[string]string

func (g given) Height() int { return tileHeight }

func (g given) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(wanted))
	for i, tile := range wanted {
		text, found := g[tilePath(tile)]
		if !found {
			return nil, fmt.Errorf("no tile %s", tilePath(tile))
		}
		raw, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return nil, err
		}
		data[i] = raw
	}
	return data, nil
}

func (g given) SaveTiles([]tlog.Tile, [][]byte) {}

// readTiles reads proofs from given tiles, which are authenticated against the root on the way.
func readTiles(input json.RawMessage) (any, error) {
	var in struct {
		Tiles                given
		Size, Index, OldSize int64
		Root                 string
	}
	if err := json.Unmarshal(input, &in); err != nil {
		return nil, err
	}
	root, err := parseHash(in.Root)
	if err != nil {
		return nil, err
	}
	reader := tlog.TileHashReader(tlog.Tree{N: in.Size, Hash: root}, in.Tiles)
	record, err := tlog.ProveRecord(in.Size, in.Index, reader)
	if err != nil {
		return nil, err
	}
	tree, err := tlog.ProveTree(in.Size, in.OldSize, reader)
	if err != nil {
		return nil, err
	}
	return map[string]any{"inclusion": texts(record), "consistency": texts(tree)}, nil
}
