// The floor for one thread: nobody asks who you are, and nothing is kept.
import { serve } from './raw-server.js';

serve((_, done) => done());
