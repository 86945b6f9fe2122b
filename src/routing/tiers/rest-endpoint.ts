import type { DataRequest } from '../../model/request.js';

/** REST has one endpoint a channel, whether it is asked for one market or for many. */
export const restEndpoint = ({ channel }: DataRequest): string => `rest/${channel}`;
