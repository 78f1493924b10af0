import { serveShard } from '../../threads/serveShard.js';
import { type HttpLineOptions, httpLines } from './httpLines.js';

serveShard<string, HttpLineOptions>((segments, { data }) => httpLines(segments, data));
