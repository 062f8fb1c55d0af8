import 'parley/client/worker';
